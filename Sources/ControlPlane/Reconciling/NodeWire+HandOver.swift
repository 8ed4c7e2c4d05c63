import CacheModel
import Engine

extension NodeWire {
    /// A primary and its replica change places without losing a write: the engine itself stops taking writes, waits until the replica
    /// has them all, and only then turns replica and has the other promoted. Then the endpoint moves, and the old primary's clients
    /// are sent away so that none stays on a node that takes no writes.
    ///
    /// Whatever of this was done already is not done again. Throws `EngineError`; the primary then goes on as before, or the roles have
    /// changed, which the next look shows.
    func handOver(from old: String, to new: String, of group: ReplicationGroup) async throws {
        guard let from = group.member(old), let to = group.member(new) else { return }
        let primary = try await connection(to: from, of: group)
        let replica = try await connection(to: to, of: group)
        try await primary.handOver(to: address(of: to, in: group), patience: Self.handOverPatience)
        failpoints?.reached(.after, "handOver.paused")
        try await waitUntilPrimary(replica, whileHandingOver: primary)
        failpoints?.reached(.after, "handOver.promoted")
        if group.build.movesAddresses, let endpoint = group.nodeGroups.first?.primaryAddress {
            try await primary.bind([from.address.description], within: Self.deadline)
            try await replica.bind([to.address.description, endpoint.description], within: Self.deadline)
        }
        try await primary.killClients(within: Self.deadline)
    }

    private func waitUntilPrimary(_ replica: EngineConnection, whileHandingOver primary: EngineConnection) async throws {
        let deadline = ContinuousClock.now + Self.handOverPatience * 2
        while try await replica.info(within: Self.deadline).role != .primary {
            let old = try await primary.info(within: Self.deadline)
            guard old.isHandingOver || old.role == .replica, .now < deadline else { throw EngineError.timeout }
            try await Task.sleep(for: .milliseconds(1))
        }
    }
}
