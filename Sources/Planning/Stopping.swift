import CacheModel

/// When a process that runs is to be ended.
enum Stopping {
    /// A replica serves readers at most, who are sent elsewhere at the deadline; and it may be busy with forgetting all its data for a full
    /// sync. It is given this many times the primary's deadline.
    private static let replicaPatience = 10

    static func reason(primary: Member, _ shard: ShardView) -> StopReason? {
        let seen = shard.seen(primary)
        guard seen.process == .running else { return nil }
        if seen.zoneIsDown { return .zoneDown }
        // What it holds may exist nowhere else: it is ended only when a replica has it.
        if isHung(primary, shard), hasHeir(primary, shard) || PrimaryDown.alreadyTaken(shard) != nil { return .hung }
        if case .rebooting(seen.incarnation, _) = primary.change, strays(from: primary, shard).isEmpty,
            !shard.isOverdue(.reboot(member: primary.id))
        {
            return .reboot
        }
        if let test = shard.nodeGroup.testFailover, test.primary == primary.id, test.incarnation == seen.incarnation,
            seen.engine.state?.role == .primary, hasHeir(primary, shard), strays(from: primary, shard).isEmpty,
            !shard.isOverdue(.failoverTest(nodeGroup: shard.nodeGroup.id))
        {
            return .failoverTest
        }
        return nil
    }

    /// Whether the replica that would take its place has its data, and not only what an earlier primary had.
    private static func hasHeir(_ primary: Member, _ shard: ShardView) -> Bool {
        shard.fitSuccessor.flatMap { shard.state($0)?.follows } == primary.address
    }

    /// Replicas that run and are not linked to it: what they have is older, and must not be what is gone on with.
    private static func strays(from primary: Member, _ shard: ShardView) -> [Member] {
        shard.nodeGroup.replicas.filter { replica in
            guard let state = shard.state(replica) else { return false }
            return state.role != .replica || state.follows != primary.address || !state.isLinked
        }
    }

    static func reason(replica: Member, _ shard: ShardView) -> StopReason? {
        let seen = shard.seen(replica)
        guard seen.process == .running else { return nil }
        if seen.zoneIsDown { return .zoneDown }
        if seen.silence >= shard.rules.hangDeadline * replicaPatience { return .hung }
        if case .rebooting(seen.incarnation, _) = replica.change, !shard.isOverdue(.reboot(member: replica.id)) { return .reboot }
        return nil
    }

    /// For one without whose answer nothing can be decided, and which may take writes. It is ended only if another has the data.
    static func endOrWait(for member: Member, _ shard: ShardView) -> Plan {
        if isHung(member, shard), shard.fitSuccessor != nil { return .do(.stop(member: member.id, reason: .hung)) }
        return endLost([member], shard) ?? .wait("\(member.id) does not answer, and may be the primary already")
    }

    /// Members without whose answer nothing can be decided, and who may have what nobody else has: they are waited for long. In the end
    /// nobody is served for the sake of what is in the memory of processes that do nothing: they are ended, and the shard goes on with
    /// the newest that anybody has saved.
    ///
    /// Nil while that is not to be: where nothing is saved their memory is all there is, and is waited for without end.
    static func endLost(_ members: [Member], _ shard: ShardView) -> Plan? {
        guard !members.isEmpty, members.allSatisfy({ isLost($0, shard) }), shard.rules.durability != .none,
            shard.nodeGroup.members.contains(where: { shard.seen($0).hasSavedData })
        else { return nil }
        return Plan(steps: members.map { .stop(member: $0.id, reason: .hung) })
    }

    private static func isLost(_ member: Member, _ shard: ShardView) -> Bool {
        let seen = shard.seen(member)
        let deadline = max(shard.rules.hangDeadline * replicaPatience, shard.rules.patience)
        return seen.process == .running && seen.engine == .silent && seen.silence >= deadline
    }

    /// A node is hung when it has left every question unanswered for the deadline, and no replica has heard from it either. One that
    /// is loading, saving or slow answers, if late; one whose answers don't reach us still speaks to its replicas.
    static func isHung(_ member: Member, _ shard: ShardView) -> Bool {
        let seen = shard.seen(member)
        guard seen.process == .running, seen.engine == .silent, seen.silence >= shard.rules.hangDeadline else { return false }
        return !shard.nodeGroup.members.contains { other in
            guard other.id != member.id, let state = shard.state(other), state.follows == member.address, state.isLinked,
                let heard = state.lastHeard
            else { return false }
            return heard < shard.rules.hangDeadline
        }
    }
}
