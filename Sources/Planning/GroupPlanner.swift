package import CacheModel

/// The next steps for a replication group: a pure function of what should be and what is.
package enum GroupPlanner {
    package static func plan(_ group: ReplicationGroup, _ observed: ObservedGroup, _ rules: Rules = Rules()) -> Plan {
        switch group.status {
        case .deleting: Deletion.plan(group, observed, rules)
        case .createFailed: Deletion.cleanUp(group, observed)
        case .creating, .available, .modifying: upkeep(group, observed, rules)
        }
    }

    private static func upkeep(_ group: ReplicationGroup, _ observed: ObservedGroup, _ rules: Rules) -> Plan {
        if group.status == .creating, let reason = Formation.hopelessness(group, observed) {
            return .do(.fail(reason: reason))
        }
        if ClusterFounding.applies(to: group), var founding = ClusterFounding.plan(group, observed, rules) {
            founding.add(Endpoints.plan(group, observed, rules))
            founding.removeRepetitions()
            return founding
        }
        var plan = Plan()
        for nodeGroup in group.nodeGroups {
            let shard = ShardView(nodeGroup, of: group, observed, rules)
            plan.add(Roles.plan(shard))
            plan.add(Scaling.plan(shard))
        }
        plan.add(Endpoints.plan(group, observed, rules))
        if group.clusterEnabled {
            plan.add(ClusterFormation.plan(group, observed))
        }
        if group.securityChange == true { plan.waits.append("its security groups are not in force yet") }
        plan.add(Updating.plan(group, observed, isSettled: plan.isSettled))
        plan.removeRepetitions()
        plan.putFailoversFirst()
        let isSettled = plan.isSettled
        if isSettled ? group.status != .available : isDone(group, observed) { plan.steps.append(.becomeAvailable) }
        if isSettled || group.wasAvailable && plan.steps.isEmpty { plan.add(Tuning.plan(group, observed, rules)) }
        plan.tell(Troubles.plan(group, observed, rules))
        Histories.complete(&plan, group, observed)
        return plan
    }

    /// What a request asked for is done, and users are served; that something else is under repair is no part of it.
    private static func isDone(_ group: ReplicationGroup, _ observed: ObservedGroup) -> Bool {
        group.status == .modifying && group.update == nil && group.securityChange != true
            && group.nodeGroups.allSatisfy { $0.successor == nil } && group.members.allSatisfy { $0.change == nil }
            && group.nodeGroups.allSatisfy { $0.primaryMember.map { observed[$0].engine.state?.role == .primary } ?? false }
    }
}
