import CacheModel

/// What is wrong with which member, and what is not any more: noted once, for events and for whoever asks.
enum Troubles {
    static func plan(_ group: ReplicationGroup, _ observed: ObservedGroup, _ rules: Rules) -> Plan {
        guard group.wasAvailable else { return Plan() }
        var plan = Plan()
        for nodeGroup in group.nodeGroups {
            let shard = ShardView(nodeGroup, of: group, observed, rules)
            for member in nodeGroup.members where member.change != .leaving {
                switch finding(member, shard) {
                case .unclear: continue
                case .fine: if member.trouble != nil { plan.steps.append(.note(member: member.id, nil)) }
                case .wrong(let report): if isNews(report, for: member) { plan.steps.append(.note(member: member.id, report)) }
                }
            }
        }
        return plan
    }

    private enum Finding {
        case fine
        case wrong(TroubleReport)
        /// On its way from one to the other.
        case unclear
    }

    /// How it ended last is what matters when it is told of.
    private static func isNews(_ report: TroubleReport, for member: Member) -> Bool {
        guard let known = member.trouble else { return true }
        let changes = report.kind == .ended || report.kind == .refused
        return known.kind != report.kind || changes && known.reason != report.reason
    }

    private static func finding(_ member: Member, _ shard: ShardView) -> Finding {
        let seen = shard.seen(member)
        if seen.zoneIsDown { return .wrong(.init(kind: .zoneDown, reason: "Availability zone \(member.zone) is down")) }
        switch seen.process {
        case .exited, .stopped, .refused:
            if seen.buildIsMissing {
                return .wrong(.init(kind: .engineMissing, reason: "the engine \(shard.group.build.path) is not installed any more"))
            }
            if case .exited(let detail) = seen.process { return .wrong(.init(kind: .ended, reason: detail)) }
            if case .refused(.executableMissing, let detail) = seen.process {
                return .wrong(.init(kind: .engineMissing, reason: detail))
            }
            if case .refused(_, let detail) = seen.process { return .wrong(.init(kind: .refused, reason: detail)) }
            return .unclear
        case .absent, .starting, .ending, .removed: return .unclear
        case .running: return running(member, seen, shard)
        }
    }

    private static func running(_ member: Member, _ seen: ObservedMember, _ shard: ShardView) -> Finding {
        guard let state = seen.engine.state else {
            let isHung =
                member.id == shard.nodeGroup.primary
                ? Stopping.isHung(member, shard) : Stopping.reason(replica: member, shard) == .hung
            return isHung ? .wrong(.init(kind: .hung, reason: "it runs and does not answer")) : .unclear
        }
        let saveFailing = TroubleReport(kind: .saveFailing, reason: "its data can not be saved: the disk may be full, or memory short")
        guard shard.isInPlace(member) else {
            // One that can't save keeps a primary down that is to come back with its data: whoever waits must learn why.
            return state.isSaveFailing && member.trouble == nil ? .wrong(saveFailing) : .unclear
        }
        if state.isSaveFailing { return .wrong(saveFailing) }
        return seen.sealProblem.map { .wrong(.init(kind: .sealFailing, reason: $0)) } ?? .fine
    }
}
