import CacheModel
import Engine
import Planning

extension NodeWire {
    /// How long the old primary's clients may be held back. Longer than all of it takes; they are let go when it ends, or by themselves.
    private static let pause: Duration = .seconds(5)
    /// For the replica to have every write.
    private static let patience: Duration = .seconds(2)

    /// A primary and its replica change places without losing a write.
    ///
    /// The primary holds writes back until the replica has all of them, turns replica itself, and only then is the other promoted: at no
    /// moment do two take writes. Should the pause have run out meanwhile, because this service was held up, the old primary has more
    /// than the new one when it has turned: then it is made primary again. At last the endpoint moves, and the clients of the old primary are
    /// sent away so that none stays on a node that takes no writes.
    ///
    /// Throws `EngineError`. Ended at any point, it leaves one of these, which the next look shows: nothing happened; nobody is primary and
    /// the old one has everything; the new one is primary.
    func handOver(from old: String, to new: String, of group: ReplicationGroup) async throws {
        guard let from = group.member(old), let to = group.member(new) else { return }
        if group.clusterEnabled { return try await handOverInCluster(from: from, to: to, of: group) }
        let primary = try await connection(to: from, of: group)
        let replica = try await connection(to: to, of: group)
        try await primary.pauseWrites(Self.pause, within: Self.deadline)
        do {
            failpoints?.reached(.after, "handOver.paused")
            try await waitUntilEqual(replica, primary)
            try await primary.replicate(from: address(of: to, in: group), within: Self.deadline)
            failpoints?.reached(.after, "handOver.demoted")
            guard try await holdsAll(replica, of: primary) else {
                try await primary.promote(within: Self.deadline)
                throw EngineError.timeout
            }
            try await replica.promote(within: Self.deadline)
        } catch {
            try? await primary.resumeClients(within: Self.deadline)
            throw error
        }
        failpoints?.reached(.after, "handOver.promoted")
        try await moveEndpoint(from, primary, to, replica, of: group)
        try await release(primary)
    }

    /// In a cluster the replica takes the slots over once it has everything, and the old primary, which hears of it at once, follows it.
    /// Nobody's vote is asked for: nodes that gave theirs for the same shard a short while ago give none, and writes would be held back in vain.
    ///
    /// Writes are held back until the old primary is one no more: it then sends their clients to the new one. Should that take longer than
    /// they can be held back, because this service or a node stands still, they are refused: see `ClosedWrites`.
    private func handOverInCluster(from: Member, to: Member, of group: ReplicationGroup) async throws {
        let primary = try await connection(to: from, of: group)
        let replica = try await connection(to: to, of: group)
        let open = try await settings(ClosedWrites.names, of: primary)
        let start = ContinuousClock.now
        try await primary.pauseWrites(Self.pause, within: Self.deadline)
        do {
            try await apply(ClosedWrites.closing, to: primary)
            try await waitUntilEqual(replica, primary)
            // Scripts of engines before 7.0 are held back and not refused.
            guard .now - start < Self.pause / 2 else { throw EngineError.timeout }
        } catch {
            // What does not succeed here does with the next look, or ends by itself.
            try? await apply(open, to: primary)
            try? await primary.resumeClients(within: Self.deadline)
            throw error
        }
        failpoints?.reached(.after, "handOver.closed")
        // From here on it stays closed until it has heard of the new one, or somebody has seen that there is none.
        try await replica.clusterTakeOver(within: Self.deadline)
        let deadline = ContinuousClock.now + Self.patience
        while try await primary.info(within: Self.deadline).role != .replica {
            guard .now < deadline else { throw EngineError.timeout }
            try await Task.sleep(for: .milliseconds(2))
        }
        try await apply(open, to: primary)
        try await primary.resumeClients(within: Self.deadline)
    }

    private func settings(_ names: [String], of node: EngineConnection) async throws -> [(name: String, value: String)] {
        var settings: [(name: String, value: String)] = []
        for name in names {
            if let value = try await node.configuration(name, within: Self.deadline) { settings.append((name, value)) }
        }
        return settings
    }

    private func apply(_ settings: [(name: String, value: String)], to node: EngineConnection) async throws {
        for (name, value) in settings { try await node.configure(name, value, within: Self.deadline) }
    }

    func release(_ formerPrimary: EngineConnection) async throws {
        try await formerPrimary.killClients(within: Self.deadline)
        try await formerPrimary.resumeClients(within: Self.deadline)
    }

    private func waitUntilEqual(_ replica: EngineConnection, _ primary: EngineConnection) async throws {
        let deadline = ContinuousClock.now + Self.patience
        let written = try await primary.info(within: Self.deadline).primaryOffset
        while try await replica.info(within: Self.deadline).heldOffset < written {
            guard .now < deadline else { throw EngineError.timeout }
            try await Task.sleep(for: .milliseconds(1))
        }
    }

    private func holdsAll(_ replica: EngineConnection, of primary: EngineConnection) async throws -> Bool {
        let old = try await primary.info(within: Self.deadline)
        return try await replica.info(within: Self.deadline).heldOffset >= max(old.primaryOffset, old.heldOffset)
    }

    /// Given up before it is taken: no client may reach both.
    private func moveEndpoint(
        _ from: Member, _ primary: EngineConnection, _ to: Member, _ replica: EngineConnection, of group: ReplicationGroup
    ) async throws {
        guard group.build.movesAddresses, let endpoint = group.nodeGroups.first?.primaryAddresses, !endpoint.isEmpty else { return }
        try await primary.bind(from.addresses.map(\.description), within: Self.deadline)
        try await replica.bind((to.addresses + endpoint).map(\.description), within: Self.deadline)
    }
}
