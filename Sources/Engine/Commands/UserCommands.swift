/// Users of a node that runs. For what a node is started with its ACL file counts, which nothing of this changes.
extension EngineConnection {
    /// Has exactly these users, beside the service's own, from now on, and closes all connections of those who are `deprived`. Other
    /// connections stay, and are not asked again who they are.
    ///
    /// - Returns: users whose rules the engine refuses, with its words. They are let in nowhere.
    package func setUsers(
        _ access: AccessControl, closing deprived: [String], for build: EngineBuild,
        within timeout: Duration = commandTimeout
    ) async throws(EngineError) -> [String: String] {
        let all = AccessControl.complete(access.users)
        let own = [access.administrator.name, access.replication.name]
        let answers = await send(batch: [["ACL", "USERS"], ["CONFIG", "GET", "acl-pubsub-default"]], within: timeout)
        let known = try answers[0].get().elements?.compactMap(\.text) ?? []
        let channels = try answers[1].get().elements?.last?.text ?? "resetchannels"
        let gone = known.filter { name in !own.contains(name) && !all.contains { $0.name == name } }
        var orders = all.map { ["ACL", "SETUSER", $0.name] + $0.beginning(channels) + $0.words(for: build) }
        // Closes their connections.
        if !gone.isEmpty { orders.append(["ACL", "DELUSER"] + gone) }
        let replies = await send(batch: orders, within: timeout)
        var refused: [String: String] = [:]
        for (user, reply) in zip(all, replies) {
            guard let words = try reply.refusal else { continue }
            refused[user.name] = words
        }
        if let last = replies.last, !gone.isEmpty { _ = try last.get() }
        let shut = refused.keys.sorted().map { ["ACL", "SETUSER", $0, "reset"] + AccessControl.User.nobody($0).words(for: build) }
        for reply in await send(batch: shut, within: timeout) { _ = try reply.get() }
        try await closeConnections(of: Set(deprived + refused.keys).filter { name in all.contains { $0.name == name } }, within: timeout)
        return refused
    }

    /// Of all that came in as one of these users.
    package func closeConnections(of users: Set<String>, within timeout: Duration = commandTimeout) async throws(EngineError) {
        let orders = users.sorted().map { ["CLIENT", "KILL", "USER", $0] }
        for reply in await send(batch: orders, within: timeout) { _ = try reply.get() }
    }
}

extension AccessControl.User {
    /// The rules by which nothing is left of what it had before: with `channels` those that every new user has.
    fileprivate func beginning(_ channels: String) -> [String] {
        // Since 7.0, as selectors are.
        login == .kept ? ["resetkeys", channels, "-@all", "clearselectors"] : ["reset"]
    }
}

extension Result<RESPValue, EngineError> {
    /// Why the engine refuses what it was told, in its words; nil if it does not. Throws if it is not known.
    var refusal: String? {
        get throws(EngineError) {
            switch self {
            case .success: nil
            case .failure(.reply(code: "ERR", let message)): message
            case .failure(let error): throw error
            }
        }
    }
}
