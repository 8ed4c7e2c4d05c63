/// A client's connection, as the engine sees it.
package struct EngineClient: Sendable, Equatable {
    package enum Kind: String, Sendable {
        case normal
        case replica
    }

    package let id: String
    /// The address that it came from.
    package let source: String
    /// The engine's own port that it came in at.
    package let port: Int

    package static func question(_ kind: Kind) -> [String] { ["CLIENT", "LIST", "TYPE", kind.rawValue] }

    /// Of its answer.
    package static func all(in text: String) -> [EngineClient] {
        text.split(whereSeparator: \.isNewline).compactMap { line in
            let fields = line.split(separator: " ")
            func value(_ name: String) -> Substring? { fields.first { $0.hasPrefix(name + "=") }?.dropFirst(name.count + 1) }
            guard let id = value("id"), let address = value("addr"), let end = address.lastIndex(of: ":"),
                let port = value("laddr")?.split(separator: ":").last.flatMap({ Int($0) })
            else { return nil }
            // An address of IPv6 is in brackets.
            return EngineClient(id: String(id), source: String(address[..<end]).filter { $0 != "[" && $0 != "]" }, port: port)
        }
    }
}

extension EngineConnection {
    package func clients(_ kind: EngineClient.Kind, within timeout: Duration = commandTimeout) async throws(EngineError) -> [EngineClient] {
        EngineClient.all(in: try await send(EngineClient.question(kind), within: timeout).text ?? "")
    }

    /// Closes the connections of clients that came in at one of the engine's own addresses; not those of replicas, nor this one.
    package func killClients(at address: EngineAddress, within timeout: Duration = commandTimeout) async throws(EngineError) {
        for kind in ["normal", "pubsub"] {
            _ = try await send(["CLIENT", "KILL", "TYPE", kind, "LADDR", address.description, "SKIPME", "yes"], within: timeout)
        }
    }

    package func killClient(_ id: String, within timeout: Duration = commandTimeout) async throws(EngineError) {
        _ = try await send(["CLIENT", "KILL", "ID", id], within: timeout)
    }

    /// Sets parameters together: all of them, or none where the engine refuses one. From Redis 7.0 on.
    package func configureAll(
        _ settings: [(name: String, value: String)], within timeout: Duration = commandTimeout
    ) async throws(EngineError) {
        try await expectOK(["CONFIG", "SET"] + settings.flatMap { [$0.name, $0.value] }, within: timeout)
    }
}
