/// Commands to any engine. Each throws `EngineError` as `send` does, and `unexpected` for an answer that is none.
extension EngineConnection {
    package func ping(within timeout: Duration = commandTimeout) async throws(EngineError) {
        _ = try await send(["PING"], within: timeout)
    }

    package func info(within timeout: Duration = commandTimeout) async throws(EngineError) -> EngineInfo {
        let reply = try await send(["INFO"], within: timeout)
        guard let info = reply.text.flatMap(EngineInfo.init) else { throw .unexpected(command: "INFO", detail: "no run id or role") }
        return info
    }

    /// The node's clock.
    package func time(within timeout: Duration = commandTimeout) async throws(EngineError) -> EngineTime {
        let parts = try await send(["TIME"], within: timeout).elements?.compactMap(\.integer) ?? []
        guard parts.count == 2 else { throw .unexpected(command: "TIME", detail: "no seconds and microseconds") }
        return EngineTime(microseconds: parts[0] * 1_000_000 + parts[1])
    }

    /// The value of a parameter, nil where the engine doesn't know it.
    package func configuration(_ name: String, within timeout: Duration = commandTimeout) async throws(EngineError) -> String? {
        let elements = try await send(["CONFIG", "GET", name], within: timeout).elements ?? []
        return elements.count >= 2 ? elements[1].text : nil
    }

    package func configure(_ name: String, _ value: String, within timeout: Duration = commandTimeout) async throws(EngineError) {
        try await expectOK(["CONFIG", "SET", name, value], within: timeout)
    }

    /// Sets parameters one by one, whatever becomes of the others. For each the engine's words if it has refused it.
    package func configure(
        _ settings: [(name: String, value: String)], within timeout: Duration = commandTimeout
    ) async throws(EngineError) -> [String?] {
        var words: [String?] = []
        for reply in await send(batch: settings.map { ["CONFIG", "SET", $0.name, $0.value] }, within: timeout) {
            switch reply {
            case .success: words.append(nil)
            case .failure(.reply(code: "ERR", let message)): words.append(message)
            case .failure(let error): throw error
            }
        }
        return words
    }

    /// Reads the files of its certificate and of those it trusts again. Connections that stand stay, with what they were made with. Where the
    /// files can't be used the engine refuses and goes on with what it has.
    package func loadCertificate(within timeout: Duration = commandTimeout) async throws(EngineError) {
        // Any of the names makes it read all of the files, also one that is set to what it is.
        try await configure("tls-cert-file", NodeConfiguration.FileName.certificate, within: timeout)
    }

    /// Listens on exactly these addresses from now on. Connections that stand stay. When one address can't be had the engine
    /// refuses and listens as before.
    ///
    /// The node's own address comes first: engines before 7.0 make their own connections from the first.
    package func bind(_ addresses: [String], within timeout: Duration = commandTimeout) async throws(EngineError) {
        try await configure("bind", addresses.joined(separator: " "), within: timeout)
    }

    /// Reads the ACL file again: all of it or, where it has an error, nothing.
    ///
    /// Engines before 7.2 then close the connections of every user but the default one: this one, and those of replicas, which come
    /// back within a second and go on from where they were.
    package func loadAccessControl(within timeout: Duration = commandTimeout) async throws(EngineError) {
        try await expectOK(["ACL", "LOAD"], within: timeout)
    }

    /// Closes the connections of ordinary clients (not those of replicas), ours excepted; says how many.
    @discardableResult
    package func killClients(within timeout: Duration = commandTimeout) async throws(EngineError) -> Int {
        Int(try await send(["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"], within: timeout).integer ?? 0)
    }

    /// Ends the engine. Returns when it has closed the connection, which is how it agrees.
    ///
    /// - Throws: `reply` when it refuses, for one because its data can't be saved; `timeout` when it is still at it.
    package func shutdown(saving: Bool, within timeout: Duration) async throws(EngineError) {
        let outcome = await send(batch: [["SHUTDOWN", saving ? "SAVE" : "NOSAVE"]], within: timeout).first
        switch outcome {
        case .failure(.lost): return
        case .failure(let error): throw error
        case .success(let reply): throw .unexpected(command: "SHUTDOWN", detail: reply.text ?? "no text")
        case nil: throw .unexpected(command: "SHUTDOWN", detail: "no reply")
        }
    }

    func expectOK(_ arguments: [String], within timeout: Duration) async throws(EngineError) {
        let reply = try await send(arguments, within: timeout)
        guard reply == .simple("OK") else {
            throw .unexpected(command: arguments.prefix(2).joined(separator: " "), detail: reply.text ?? "no text")
        }
    }
}

/// A moment by one node's clock, which need not be another's.
package struct EngineTime: Sendable, Equatable {
    /// Since 1970.
    package let microseconds: Int64

    package static func + (time: EngineTime, duration: Duration) -> EngineTime {
        EngineTime(microseconds: time.microseconds + duration.milliseconds * 1000)
    }
}

extension Duration {
    /// Whole milliseconds, at least 1 for anything above zero.
    var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    }
}
