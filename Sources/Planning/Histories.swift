import CacheModel

/// Which history each shard's data belongs to: written down while there is a primary to ask, for the day when only files are left.
enum Histories {
    static func plan(_ group: ReplicationGroup, _ observed: ObservedGroup) -> Plan {
        guard group.wasAvailable else { return Plan() }
        var plan = Plan()
        for nodeGroup in group.nodeGroups {
            guard let primary = nodeGroup.primaryMember, let state = observed[primary].engine.state, state.role == .primary,
                !state.replicationID.isEmpty, state.replicationID != nodeGroup.history
            else { continue }
            plan.steps.append(.recordHistory(nodeGroup: nodeGroup.id, history: state.replicationID))
        }
        return plan
    }
}
