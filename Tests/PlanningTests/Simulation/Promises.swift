import CacheModel

@testable import Planning

/// What a plan must never ask for, by what is true when it is made: later, a fault may have come between.
extension SimulatedGroup {
    mutating func check(_ plan: Plan) {
        for step in plan.steps {
            switch step {
            case .recordPrimary(_, let id, _): checkRecord(id)
            case .start(let id, nil, _): checkStart(id)
            case .remove(let id): checkRemoval(id)
            default: break
            }
        }
    }

    /// Only who has a primary's data, or was made one by the cluster itself.
    private mutating func checkRecord(_ id: String) {
        guard let node = nodes[id], group.wasAvailable else { return note("\(id) is recorded as primary before there is data") }
        let isChosen = group.clusterEnabled && node.role == .primary && node.ownsSlots
        if !node.isUp || !(isChosen || node.role == .replica && node.hasSynced) { note("\(id) is promoted and has not synced") }
    }

    /// What is on the disk is older than what a synced replica has.
    private mutating func checkStart(_ id: String) {
        guard group.wasAvailable, let shard = group.nodeGroups.first(where: { $0.primary == id }) else { return }
        let fit = shard.replicas.map(\.id).filter { nodes[$0].map { $0.holdsSyncedData && $0.silence == 0 } ?? false }
        if !fit.isEmpty { note("\(id) is started as primary although \(fit) have the data") }
    }

    /// Of a group whose primary is to stay, nobody with the data goes before there is a primary that has it.
    private mutating func checkRemoval(_ id: String) {
        guard group.retainsPrimary, group.status == .deleting, nodes[id]?.holdsSyncedData == true else { return }
        let kept = nodes[group.nodeGroups[0].primary]
        if group.nodeGroups[0].primary == id || kept.map({ $0.isUp && $0.role == .primary && $0.data > 0 }) != true {
            note("\(id) is removed with the data that \(group.nodeGroups[0].primary) does not have")
        }
    }
}
