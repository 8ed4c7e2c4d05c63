import CacheModel

/// When a process that runs is to be ended.
enum Stopping {
    /// A replica serves readers at most: it is given this many times the primary's deadline.
    private static let replicaPatience = 3

    static func reason(primary: Member, _ shard: ShardView) -> StopReason? {
        let seen = shard.seen(primary)
        guard seen.process == .running else { return nil }
        if seen.zoneIsDown { return .zoneDown }
        // What it holds may exist nowhere else: it is ended only when a replica has it.
        if isHung(primary, shard), shard.fitSuccessor != nil { return .hung }
        if case .rebooting(seen.incarnation) = primary.change { return .reboot }
        if let test = shard.nodeGroup.testFailover, test.primary == primary.id, test.incarnation == seen.incarnation,
            seen.engine.state?.role == .primary, shard.fitSuccessor != nil
        {
            return .failoverTest
        }
        return nil
    }

    static func reason(replica: Member, _ shard: ShardView) -> StopReason? {
        let seen = shard.seen(replica)
        guard seen.process == .running else { return nil }
        if seen.zoneIsDown { return .zoneDown }
        if seen.silence >= shard.rules.hangDeadline * replicaPatience { return .hung }
        if case .rebooting(seen.incarnation) = replica.change { return .reboot }
        return nil
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
