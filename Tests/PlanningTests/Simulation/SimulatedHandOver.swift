import CacheModel

@testable import Planning

/// A primary and its replica change places. The engines go on with it by themselves once it is begun, whoever watches.
extension SimulatedGroup {
    /// The points: begun; the primary follows already; the replica is promoted; the old primary has given up the endpoint.
    mutating func handOver(from: String, to: String, interruptedAt point: Int?) -> Bool {
        guard let old = nodes[from], let new = nodes[to], old.answers, new.answers, old.role == .primary, old.handOver == nil,
            let target = group.member(to)?.address, let own = group.member(from)?.address
        else { return false }
        nodes[from]?.handOver = .waiting(to: target, rounds: 2)
        if point == 0 { return false }
        goOnHandingOver(from)
        guard case .following = nodes[from]?.handOver, point != 1 else { return false }
        goOnHandingOver(from)
        guard nodes[from]?.handOver == nil, point != 2 else { return false }
        guard group.build.movesAddresses, let endpoint = shard(of: from)?.primaryAddress else { return true }
        update(from) { $0.bound = [own] }
        if point == 3 { return false }
        update(to) { $0.bound = [target, endpoint] }
        return true
    }

    /// One stage, or none; given up when the patience is over.
    mutating func goOnHandingOver(_ id: String) {
        guard var old = nodes[id], old.isUp, old.frozen == 0, let handOver = old.handOver, let own = group.member(id)?.address else {
            return
        }
        switch handOver {
        case .waiting(let address, let rounds):
            guard let new = member(at: address, of: id), let node = nodes[new.id], node.isUp, node.frozen == 0, node.role == .replica,
                node.follows == own, node.isLinked, node.lag == 0
            else {
                old.handOver = rounds > 1 ? .waiting(to: address, rounds: rounds - 1) : nil
                break
            }
            nodes[new.id]?.data = old.data
            nodes[new.id]?.offset = old.offset
            old.role = .replica
            old.follows = address
            old.hasSynced = false
            old.handOver = .following(address)
        case .following(let address):
            guard let new = member(at: address, of: id), let node = nodes[new.id], node.isUp, node.frozen == 0 else { return }
            guard node.role == .primary || node.follows == own else {
                // Refused: it takes its place back.
                old.role = .primary
                old.follows = nil
                old.handOver = nil
                break
            }
            if node.role == .replica { becomePrimary(new.id) }
            old.handOver = nil
            nodes[id] = old
            if let shard = shard(of: id), let member = group.member(id) { link(member, shard) }
            return
        }
        nodes[id] = old
    }

    private func member(at address: IPv4Address, of id: String) -> Member? {
        shard(of: id)?.members.first { $0.address == address }
    }
}
