import CacheModel

@testable import Planning

/// A primary and its replica change places.
extension SimulatedGroup {
    /// The points: writes are held back; the primary follows already; the replica is promoted; the old primary has given up the endpoint.
    mutating func handOver(from: String, to: String, interruptedAt point: Int?) -> Bool {
        guard let old = nodes[from], let new = nodes[to], old.answers, new.answers, old.role == .primary, new.role == .replica,
            new.follows == group.member(from)?.address, new.isLinked, new.lag == 0, let target = group.member(to)?.address,
            let own = group.member(from)?.address
        else { return false }
        if point == 0 { return false }
        if group.clusterEnabled {
            // The nodes do it among themselves, at once.
            update(from) { $0.ownsSlots = false }
        }
        nodes[to]?.data = old.data
        nodes[to]?.offset = old.offset
        update(from) {
            $0.role = .replica
            $0.follows = target
            $0.isLinked = false
            $0.hasSynced = false
        }
        if point == 1, !group.clusterEnabled { return false }
        becomePrimary(to)
        if let shard = shard(of: from), let member = group.member(from) { link(member, shard) }
        if point == 2 { return false }
        guard group.build.movesAddresses, let endpoint = shard(of: from)?.primaryAddress else { return true }
        update(from) { $0.bound = [own] }
        if point == 3 { return false }
        update(to) { $0.bound = [target, endpoint] }
        return true
    }
}
