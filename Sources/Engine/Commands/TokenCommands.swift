/// Passwords of users that come and go by the second. Connections that stand are not asked again.
extension EngineConnection {
    /// Passwords of one command: so many that it takes an engine no noticeable time. It compares each with all others.
    private static let portion = 100

    /// Makes these SHA-256 hashes a user's passwords, whatever it had before. The most important first: they are given command by command,
    /// between which the engine serves others.
    package func setPasswords(
        of user: String, to hashes: [String], within timeout: Duration = commandTimeout
    ) async throws(EngineError) {
        for start in stride(from: 0, to: max(hashes.count, 1), by: Self.portion) {
            let rules = (start == 0 ? ["resetpass"] : []) + hashes[start...].prefix(Self.portion).map { "#\($0)" }
            try await expectOK(["ACL", "SETUSER", user] + rules, within: timeout)
        }
    }

    /// Adds passwords, and takes others away, which it must have.
    package func changePasswords(
        of user: String, adding added: [String], removing removed: [String], within timeout: Duration = commandTimeout
    ) async throws(EngineError) {
        try await expectOK(["ACL", "SETUSER", user] + added.map { "#\($0)" } + removed.map { "!\($0)" }, within: timeout)
    }

    /// Takes passwords away, those that it has.
    package func removePasswords(
        of user: String, _ hashes: [String], within timeout: Duration = commandTimeout
    ) async throws(EngineError) {
        for reply in await send(batch: hashes.map { ["ACL", "SETUSER", user, "!\($0)"] }, within: timeout) { _ = try reply.refusal }
    }

    /// Closes connections of these users that are older than that, by the engine's clock. Says how many.
    package func closeConnections(
        of users: Set<String>, olderThan age: Duration, within timeout: Duration = commandTimeout
    ) async throws(EngineError) -> Int {
        let list = try await send(["CLIENT", "LIST"], within: timeout).text ?? ""
        let old = ConnectedClient.all(in: list).filter { users.contains($0.user) && $0.age >= age }
        var closed = 0
        for reply in await send(batch: old.map { ["CLIENT", "KILL", "ID", $0.id] }, within: timeout) {
            closed += Int(try reply.get().integer ?? 0)
        }
        return closed
    }
}

/// A line of `CLIENT LIST`.
struct ConnectedClient: Equatable {
    let id: String
    let user: String
    let age: Duration

    /// Lines that lack something are left out.
    static func all(in list: String) -> [ConnectedClient] {
        list.split(separator: "\n").compactMap { line in
            var fields: [Substring: Substring] = [:]
            for field in line.split(separator: " ") {
                let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                if parts.count == 2, fields[parts[0]] == nil { fields[parts[0]] = parts[1] }
            }
            guard let id = fields["id"], let user = fields["user"], let age = fields["age"].flatMap({ Int($0) }) else { return nil }
            return ConnectedClient(id: String(id), user: String(user), age: .seconds(age))
        }
    }
}
