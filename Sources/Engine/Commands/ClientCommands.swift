/// A replica's link, as its primary sees it.
package struct ReplicaLink: Sendable, Equatable {
    /// The client's.
    package let id: String
    /// The primary's own port that it came in at.
    package let port: Int

    package static let question = ["CLIENT", "LIST", "TYPE", "replica"]

    /// Of its answer.
    package static func all(in text: String) -> [ReplicaLink] {
        text.split(whereSeparator: \.isNewline).compactMap { line in
            let fields = line.split(separator: " ")
            func value(_ name: String) -> Substring? { fields.first { $0.hasPrefix(name + "=") }?.dropFirst(name.count + 1) }
            guard let id = value("id"), let port = value("laddr")?.split(separator: ":").last.flatMap({ Int($0) }) else { return nil }
            return ReplicaLink(id: String(id), port: port)
        }
    }
}

extension EngineConnection {
    package func replicaLinks(within timeout: Duration = commandTimeout) async throws(EngineError) -> [ReplicaLink] {
        ReplicaLink.all(in: try await send(ReplicaLink.question, within: timeout).text ?? "")
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
