import CacheModel

/// Members that come, go or are started anew because somebody asked for it.
enum Scaling {
    static func plan(_ shard: ShardView) -> Plan {
        guard shard.group.wasAvailable else { return Plan() }
        var plan = Plan()
        for member in shard.nodeGroup.members {
            switch member.change {
            case .leaving where member.id != shard.nodeGroup.primary: plan.add(leave(member, shard))
            case .rebooting(let incarnation, _) where shard.seen(member).incarnation > incarnation && shard.isInPlace(member):
                plan.steps.append(.rebooted(member: member.id))
            case .rebooting where shard.isOverdue(.reboot(member: member.id)):
                // For a service update: it goes back to the build that it had. Of another version a node that runs has data that the build
                // before may not be able to read: it is waited for.
                if let (_, update) = shard.group.update, member.build == update.build {
                    if shard.group.upgrade != nil, shard.seen(member).process == .running { continue }
                    plan.steps.append(.endUpdate(.failed(reason: Obstacles.reason(shard, about: member))))
                    continue
                }
                plan.steps.append(.giveUp(.reboot(member: member.id), reason: Obstacles.reason(shard, about: member)))
            case .joining: plan.add(join(member, shard))
            default: break
            }
        }
        plan.add(introductions(shard))
        plan.add(forgetting(shard))
        if let test = shard.nodeGroup.testFailover, isOver(test, shard) {
            plan.steps.append(.failoverTested(nodeGroup: shard.nodeGroup.id))
        } else if shard.isOverdue(.failoverTest(nodeGroup: shard.nodeGroup.id)) {
            plan.steps.append(.giveUp(.failoverTest(nodeGroup: shard.nodeGroup.id), reason: Obstacles.reason(shard)))
        }
        return plan
    }

    /// It has joined when it is linked, and in a cluster when all who answer know it as their clients should: as its primary's replica.
    ///
    /// Given up when it can't be had, or not in time. But what it has may be needed while there is no primary with the data: then it is a
    /// member like any other that is not in its place.
    private static func join(_ member: Member, _ shard: ShardView) -> Plan {
        let isIdle = isIdle(member, shard)
        if isIdle, let reason = Formation.hopelessness(of: member, shard) { return .do(.abandon(member: member.id, reason: reason)) }
        let isMisplaced = shard.group.members.contains { shard.state($0)?.cluster?.misplacedMembers.contains(member.id) == true }
        if shard.isInPlace(member), isKnown(member, shard), !isMisplaced { return .do(.joined(member: member.id)) }
        guard shard.isOverdue(.addition(member: member.id)) else {
            return isMisplaced ? .wait("not all know \(member.id) as a replica of \(shard.nodeGroup.primary)") : Plan()
        }
        let waited = shard.observed.waited[.addition(member: member.id)] ?? .zero
        if shard.isServed, shard.state(member)?.isSyncing == true, waited < shard.rules.syncPatience {
            return .wait("\(member.id) is in the middle of its first sync")
        }
        return isIdle || member.id != shard.nodeGroup.primary && shard.holdsNothing(member)
            ? .do(.abandon(member: member.id, reason: Obstacles.reason(shard, about: member))) : .do(.joined(member: member.id))
    }

    /// Once there is a primary with the data: it may be the only one that can take a dead one's place.
    ///
    /// The process and its directory first; then nobody in the cluster knows it any more; then its records.
    private static func leave(_ member: Member, _ shard: ShardView) -> Plan {
        switch shard.seen(member).process {
        case .ending: return .wait("\(member.id) is ending")
        case .starting, .running, .exited, .refused, .stopped:
            if shard.isServed || shard.holdsNothing(member) { return .do(.remove(member: member.id)) }
            return shard.isOverdue(.removal(member: member.id))
                ? .do(.giveUp(.removal(member: member.id), reason: Obstacles.reason(shard)))
                : .wait("\(member.id) stays until shard \(shard.nodeGroup.id) has a primary")
        case .absent, .removed: break
        }
        guard shard.group.clusterEnabled, let node = member.clusterNodeID else { return .do(.dropMember(member.id)) }
        var plan = Plan()
        for other in shard.group.members where !shard.isDown(other) && other.id != member.id {
            guard let view = shard.state(other)?.cluster else {
                plan.waits.append("\(other.id) must answer before \(member.id) can be forgotten")
                continue
            }
            if view.strangers.contains(node) { plan.steps.append(.forgetNodes(member: other.id, nodes: [node])) }
        }
        // Who does not answer for so long may have it struck from its view when it is back.
        let isLate = plan.steps.isEmpty && shard.isOverdue(.removal(member: member.id))
        return plan.isSettled || isLate ? .do(.dropMember(member.id)) : plan
    }

    /// Another is the primary, with the data: this one did not become it while it joined, and will not have to.
    private static func isIdle(_ member: Member, _ shard: ShardView) -> Bool {
        member.id != shard.nodeGroup.primary && shard.isServed
    }

    /// In a cluster: all who answer know it, and it serves.
    private static func isKnown(_ member: Member, _ shard: ShardView) -> Bool {
        guard shard.group.clusterEnabled else { return true }
        guard shard.state(member)?.cluster?.isServing == true else { return false }
        return !shard.group.members.contains { shard.state($0)?.cluster?.unknownMembers.contains(member.id) == true }
    }

    /// A cluster's nodes learn of a new one by being told, each: gossip would take seconds.
    private static func introductions(_ shard: ShardView) -> Plan {
        var plan = Plan()
        for newcomer in shard.nodeGroup.members where newcomer.change != .leaving && shard.state(newcomer)?.cluster != nil {
            for other in shard.group.members where shard.state(other)?.cluster?.unknownMembers.contains(newcomer.id) == true {
                plan.steps.append(.introduce(newcomer: newcomer.id, to: other.id))
            }
        }
        return plan
    }

    /// Who was away while a member left comes back with it in its view, and would tell the others of it.
    private static func forgetting(_ shard: ShardView) -> Plan {
        var plan = Plan()
        for member in shard.nodeGroup.members {
            guard let strangers = shard.state(member)?.cluster?.strangers, !strangers.isEmpty else { continue }
            let leaving = shard.group.members.filter { $0.change == .leaving }.compactMap(\.clusterNodeID)
            let gone = strangers.filter { !leaving.contains($0) }
            if !gone.isEmpty { plan.steps.append(.forgetNodes(member: member.id, nodes: gone)) }
        }
        return plan
    }

    /// The failed primary is back as a replica, or is a member no more; or it was started again in its place, and there is nothing left
    /// to test.
    private static func isOver(_ test: TestFailover, _ shard: ShardView) -> Bool {
        guard let member = shard.nodeGroup.member(test.primary) else { return true }
        return shard.seen(member).incarnation > test.incarnation && shard.isInPlace(member)
    }
}
