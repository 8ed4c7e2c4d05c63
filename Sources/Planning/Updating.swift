import CacheModel

/// A service update: a group's nodes go over to another build of their engine, one after the other.
///
/// Replicas first. Then the primary hands over to one of them, which loses no write, and follows as the last replica. A primary without
/// replicas is started again in its place, on its saved data.
enum Updating {
    /// How often a member ends on the new build before the update is given up.
    private static let startsBeforeGivingUp = 3

    /// `isSettled` says whether nothing else is to be done or waited for: while a node is being replaced, or anything is wrong, none is
    /// taken down.
    static func plan(_ group: ReplicationGroup, _ observed: ObservedGroup, _ rules: Rules, isSettled: Bool) -> Plan {
        guard let (name, update) = group.update else { return Plan() }
        if let reason = failure(update, group, observed) { return .do(.endUpdate(.failed(reason: reason))) }
        if update.state == .stopping, canStop(update, group, observed, isSettled: isSettled) { return .do(.endUpdate(.stopped)) }
        guard isSettled, group.members.allSatisfy({ $0.change == nil }), group.nodeGroups.allSatisfy({ $0.successor == nil }) else {
            let isUnderWay = group.members.contains { $0.change != nil } || group.nodeGroups.contains { $0.successor != nil }
            if !isUnderWay, observed.waited[.settings, default: .zero] >= rules.patience {
                return .do(.endUpdate(.failed(reason: "not every node was in its place in time")))
            }
            return .wait("\(name) goes on when every node is in its place")
        }
        return Plan(steps: next(update, group, observed, rules))
    }

    private static func next(
        _ update: UpdateProgress, _ group: ReplicationGroup, _ observed: ObservedGroup, _ rules: Rules
    ) -> [Step] {
        // Another version has other parameters, which a node is started with, also on the same build.
        func isOutdated(_ member: Member) -> Bool {
            if let upgrade = group.upgrade { upgrade.former == nil } else { observed[member].executable != update.build.path }
        }
        if let replica = group.nodeGroups.flatMap(\.replicas).first(where: isOutdated) { return [.renew(member: replica.id)] }
        guard let nodeGroup = group.nodeGroups.first(where: { $0.primaryMember.map(isOutdated) ?? false }) else {
            return [.endUpdate(.complete)]
        }
        if let successor = nodeGroup.replicas.first { return [.chooseSuccessor(nodeGroup: nodeGroup.id, member: successor.id)] }
        // Whoever asked for it may have been served by a service that did save.
        guard rules.durability != .none else {
            return [.endUpdate(.failed(reason: "\(nodeGroup.primary) has no replica, and nothing is saved (--durability none)"))]
        }
        // Its data is on the disk before it is told to end: one that can't save would lose it.
        return [.save(member: nodeGroup.primary), .renew(member: nodeGroup.primary)]
    }

    /// Why the member that is being replaced can't be run on the new build; nil while there is hope.
    private static func failure(_ update: UpdateProgress, _ group: ReplicationGroup, _ observed: ObservedGroup) -> String? {
        for member in group.members where member.build == update.build {
            guard case .rebooting(let last, _) = member.change, observed[member].incarnation > last || observed[member].buildIsMissing
            else { continue }
            switch observed[member].process {
            case .refused(.addressInUse, _): continue
            case .refused(_, let detail): return "\(member.id) could not be started: \(detail)"
            case .exited(let detail) where observed[member].incarnation >= last + startsBeforeGivingUp:
                return "\(member.id) ended \(startsBeforeGivingUp) times: \(detail)"
            case .stopped where observed[member].buildIsMissing, .exited where observed[member].buildIsMissing:
                return "\(update.build.path) is not installed any more"
            default: continue
            }
        }
        return nil
    }

    /// Not while a node is on its way down or up: it is waited for. One that runs on the new build and does not come into its place goes back.
    private static func canStop(
        _ update: UpdateProgress, _ group: ReplicationGroup, _ observed: ObservedGroup, isSettled: Bool
    ) -> Bool {
        // Or nothing of it is under way, whatever else is wrong.
        if isSettled || !group.members.contains(where: { isUnderWay($0, update) }) { return true }
        return group.members.contains { member in
            guard member.build == update.build, case .rebooting(let last, _) = member.change, observed[member].incarnation > last else {
                return false
            }
            return observed[member].engine != .loading && observed[member].process != .starting && observed[member].process != .ending
        }
    }

    private static func isUnderWay(_ member: Member, _ update: UpdateProgress) -> Bool {
        guard member.build == update.build, case .rebooting = member.change else { return false }
        return true
    }
}
