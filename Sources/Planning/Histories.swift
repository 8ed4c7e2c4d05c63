import CacheModel

/// Which history each shard's data belongs to: written down while there is a primary to ask, for the day when only files are left.
///
/// A primary begins a history of its own whenever it is started or promoted. Should nobody be there to ask it for the new one's name, the
/// old one's must not be taken for the present: so its end is written down before.
///
/// Not in a cluster, which may choose a primary by itself while nobody watches.
enum Histories {
    static func complete(_ plan: inout Plan, _ group: ReplicationGroup, _ observed: ObservedGroup) {
        guard group.wasAvailable, !group.clusterEnabled else { return }
        for nodeGroup in group.nodeGroups {
            if let beginning = plan.steps.firstIndex(where: { begins($0, nodeGroup) }) {
                guard nodeGroup.history != nil, nodeGroup.historyEnd == nil else { continue }
                plan.steps.insert(.endHistory(nodeGroup: nodeGroup.id), at: beginning)
            } else if let primary = nodeGroup.primaryMember, let state = observed[primary].engine.state, state.role == .primary,
                !state.replicationID.isEmpty, state.replicationID != nodeGroup.history || nodeGroup.historyEnd != nil
            {
                plan.steps.append(.recordHistory(nodeGroup: nodeGroup.id, history: state.replicationID))
            }
        }
    }

    /// Whether another history begins with a step, or right after it.
    private static func begins(_ step: Step, _ nodeGroup: NodeGroup) -> Bool {
        switch step {
        case .recordPrimary(nodeGroup.id, _, isFailover: true): true
        case .promote(let member), .start(let member, follows: nil, _), .handOver(_, let member): nodeGroup.member(member) != nil
        default: false
        }
    }
}
