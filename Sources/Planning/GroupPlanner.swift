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
        var plan = Announcing.plan(group, observed)
        for nodeGroup in group.nodeGroups {
            let shard = ShardView(nodeGroup, of: group, observed, rules)
            plan.add(Roles.plan(shard))
            plan.add(Scaling.plan(shard))
        }
        plan.add(Endpoints.plan(group, observed, rules))
        if group.clusterEnabled {
            plan.add(ClusterFormation.plan(group, observed))
        }
        plan.add(EncryptionChange.plan(group, observed, rules))
        plan.add(AccessGiving.plan(group, observed))
        if group.securityChange == true { plan.waits.append("its security groups are not in force yet") }
        plan.add(Updating.plan(group, observed, rules, isSettled: plan.isSettled))
        plan.add(NodeTypeChange.plan(group, observed, rules, isSettled: plan.isSettled))
        plan.removeRepetitions()
        plan.putFailoversFirst()
        let isSettled = plan.isSettled
        let isCalm = isSettled || group.wasAvailable && plan.steps.isEmpty
        // Before the status, which waits for them; what an engine does not take keeps it from nothing.
        if isCalm { plan.add(Parameters.plan(group, observed)) }
        let certificates = Certificates.plan(group, observed)
        // An engine that is to listen in another way needs one for that, and may not get an endpoint's address before it does.
        if isCalm || group.transitChange?.isUnderWay == true { plan.add(certificates) }
        // Clients are told of endpoints once they can verify whom those lead to.
        let isVerifiable = group.status != .creating || certificates.isSettled
        if isVerifiable, isSettled ? group.status != .available : isDone(group, observed, rules) {
            if let reason = EncryptionChange.obstacle(group, observed) { plan.steps.append(.giveUp(.settings, reason: reason)) }
            plan.steps.append(.becomeAvailable)
        }
        if isCalm { plan.add(Tuning.plan(group, observed, rules)) }
        plan.tell(Troubles.plan(group, observed, rules))
        Histories.complete(&plan, group, observed)
        return plan
    }

    /// What a request asked for is done, and users are served; that something else is under repair is no part of it.
    ///
    /// Nor is one that was not served for so long kept from its next change; or one of which a member's process won't end.
    private static func isDone(_ group: ReplicationGroup, _ observed: ObservedGroup, _ rules: Rules) -> Bool {
        // A cluster that becomes a group has endpoints for the first time.
        guard group.update == nil, group.nodeTypeChange == nil, group.securityChange != true else { return false }
        guard group.status == .modifying || group.isConversion && Endpoints.plan(group, observed, rules).isSettled else { return false }
        return group.nodeGroups.allSatisfy { nodeGroup in
            let shard = ShardView(nodeGroup, of: group, observed, rules)
            let areLate = nodeGroup.members.contains {
                AccessGiving.isLate($0, observed) || EncryptionChange.isLate($0, group, observed)
            }
            let areGiven = !areLate || shard.isOverdue(.settings)
            return areGiven && nodeGroup.successor == nil && nodeGroup.members.allSatisfy { $0.change == nil || isGoing($0, shard) }
                && (shard.isServed || shard.isOverdue(.settings))
        }
    }

    private static func isGoing(_ member: Member, _ shard: ShardView) -> Bool {
        member.change == .leaving && shard.seen(member).process == .ending && shard.isOverdue(.removal(member: member.id))
    }
}
