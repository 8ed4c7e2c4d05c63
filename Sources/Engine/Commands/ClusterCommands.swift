extension EngineConnection {
    package func clusterInfo(within timeout: Duration = commandTimeout) async throws(EngineError) -> ClusterInfo {
        let reply = try await send(["CLUSTER", "INFO"], within: timeout)
        guard let info = reply.text.flatMap(ClusterInfo.init) else { throw .unexpected(command: "CLUSTER INFO", detail: "no state") }
        return info
    }

    /// The cluster as this node sees it.
    package func clusterNodes(within timeout: Duration = commandTimeout) async throws(EngineError) -> [ClusterNode] {
        let reply = try await send(["CLUSTER", "NODES"], within: timeout)
        guard let rows = reply.text.flatMap(ClusterNode.rows), !rows.isEmpty else {
            throw .unexpected(command: "CLUSTER NODES", detail: "a row that can't be read")
        }
        return rows
    }

    /// Follows the primary of that id.
    package func clusterReplicate(_ primaryID: String, within timeout: Duration = commandTimeout) async throws(EngineError) {
        try await expectOK(["CLUSTER", "REPLICATE", primaryID], within: timeout)
    }

    /// Makes a replica the primary of its shard at once, asking nobody: only for one whose primary is known to be dead, or holds writes back.
    package func clusterTakeOver(within timeout: Duration = commandTimeout) async throws(EngineError) {
        try await expectOK(["CLUSTER", "FAILOVER", "TAKEOVER"], within: timeout)
    }

    /// The same if this node's clock is not past `deadline` yet, as it is when the node gets to it: an order that came late does nothing.
    ///
    /// - Throws: `reply` with the code `LATE` for one that did.
    package func clusterTakeOver(before deadline: EngineTime, within timeout: Duration = commandTimeout) async throws(EngineError) {
        let script = """
            local now = redis.call('TIME')
            if now[1] * 1000000 + now[2] > tonumber(ARGV[1]) then return redis.error_reply('LATE the order came too late') end
            return redis.call('CLUSTER', 'FAILOVER', 'TAKEOVER')
            """
        let reply = try await send(["EVAL", script, "0", String(deadline.microseconds)], within: timeout)
        guard reply == .simple("OK") else { throw .unexpected(command: "CLUSTER FAILOVER", detail: reply.text ?? "no text") }
    }

    /// Makes a node known to this one, and this one to it. The engine answers at once; the handshake goes on after.
    package func clusterMeet(
        _ address: EngineAddress, busPort: Int, within timeout: Duration = commandTimeout
    ) async throws(EngineError) {
        try await expectOK(["CLUSTER", "MEET", address.host, String(address.port), String(busPort)], within: timeout)
    }

    /// Strikes a node from this node's table for a minute, in which all others must strike it too or it comes back by gossip.
    package func clusterForget(_ id: String, within timeout: Duration = commandTimeout) async throws(EngineError) {
        try await expectOK(["CLUSTER", "FORGET", id], within: timeout)
    }
}
