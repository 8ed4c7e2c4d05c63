import CacheModel
import Engine

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
    /// Writes are held back until the old primary is one no more: it then sends their clients to the new one. That the pause does not run
    /// out before, because this service was held up, the replica sees to: by its own clock, read before the pause began, it takes over in
    /// the first half of it or not at all. What the old primary took after that would be lost when it hears of the new one.
    private func handOverInCluster(from: Member, to: Member, of group: ReplicationGroup) async throws {
        let primary = try await connection(to: from, of: group)
        let replica = try await connection(to: to, of: group)
        let start = try await replica.time(within: Self.deadline)
        try await primary.pauseWrites(Self.pause, within: Self.deadline)
        do {
            try await waitUntilEqual(replica, primary)
        } catch {
            try? await primary.resumeClients(within: Self.deadline)
            throw error
        }
        failpoints?.reached(.after, "handOver.equal")
        // From here on the pause ends by itself, or when the old primary has heard of the new one; or at once if it is sure that there is none.
        do throws(EngineError) {
            try await replica.clusterTakeOver(before: start + Self.pause / 2, within: Self.deadline)
        } catch {
            if case .reply = error { try? await primary.resumeClients(within: Self.deadline) }
            throw error
        }
        let deadline = ContinuousClock.now + Self.patience
        while try await primary.info(within: Self.deadline).role != .replica {
            guard .now < deadline else { throw EngineError.timeout }
            try await Task.sleep(for: .milliseconds(2))
        }
        try await primary.resumeClients(within: Self.deadline)
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
