package import CacheModel

/// The next steps for a replication group: a pure function of what should be and what is.
package enum GroupPlanner {
    package static func plan(_ group: ReplicationGroup, _ observed: ObservedGroup) -> Plan {
        switch group.status {
        case .deleting: Deletion.plan(group, observed)
        case .createFailed: Deletion.cleanUp(group, observed)
        case .creating, .available, .modifying: upkeep(group, observed)
        }
    }

    private static func upkeep(_ group: ReplicationGroup, _ observed: ObservedGroup) -> Plan {
        if group.status == .creating, let reason = Formation.hopelessness(group, observed) {
            return .do(.fail(reason: reason))
        }
        if ClusterFounding.applies(to: group), var founding = ClusterFounding.plan(group, observed) {
            founding.add(Endpoints.plan(group, observed))
            founding.removeRepetitions()
            return founding
        }
        var plan = Plan()
        for nodeGroup in group.nodeGroups {
            plan.add(Roles.plan(nodeGroup, of: group, observed))
        }
        plan.add(Endpoints.plan(group, observed))
        if group.clusterEnabled {
            plan.add(ClusterFormation.plan(group, observed))
        }
        plan.removeRepetitions()
        plan.putFailoversFirst()
        guard plan.isSettled else { return plan }
        let tuning = Tuning.plan(group, observed)
        return group.status == .available ? tuning : Plan(steps: [.becomeAvailable] + tuning.steps)
    }
}
