import CacheModel

/// A change of primary that was asked for: it loses no write, since the primary itself waits for its successor to have them all.
enum Switchover {
    /// Bytes that a successor may lack when the primary stops taking writes: what is sent in a few milliseconds.
    static let largestLag: Int64 = 1 << 20

    /// Nil when none is asked for.
    static func plan(_ primary: Member, _ state: EngineState, _ shard: ShardView) -> Plan? {
        guard let id = shard.nodeGroup.successor else { return nil }
        guard id != primary.id, let successor = shard.nodeGroup.member(id) else {
            return .do(.recordPrimary(nodeGroup: shard.nodeGroup.id, member: primary.id, isFailover: false))
        }
        // Its mark is taken away beside this.
        if shard.isOverdue(.switchover(nodeGroup: shard.nodeGroup.id)) { return Followers.plan(of: primary, shard) }
        guard !shard.seen(successor).zoneIsDown, let theirs = shard.state(successor), theirs.role == .replica,
            theirs.follows == primary.address, theirs.isLinked,
            state.offset - theirs.offset <= largestLag
        else {
            var plan = Followers.plan(of: primary, shard)
            plan.waits.append("\(id) has not caught up with \(primary.id) yet")
            return plan
        }
        // The endpoint moves with the hand-over: what is planned for it now would be done afterwards, and be wrong then.
        guard hasEndpoint(state, shard) else {
            var plan = Followers.plan(of: primary, shard)
            plan.waits.append("\(primary.id) does not have the endpoint's address yet")
            return plan
        }
        return .do(
            .handOver(from: primary.id, to: id), .recordPrimary(nodeGroup: shard.nodeGroup.id, member: id, isFailover: true))
    }

    /// Too late for it, whatever the primary does: unless the two have begun to change places, which is completed, or taken back, first.
    static func givenUp(_ shard: ShardView) -> Plan {
        let wish = Wish.switchover(nodeGroup: shard.nodeGroup.id)
        guard shard.isOverdue(wish), let id = shard.nodeGroup.successor, let successor = shard.nodeGroup.member(id),
            let primary = shard.nodeGroup.primaryMember, shard.state(primary)?.role != .replica
        else { return Plan() }
        // It may take writes as long as nobody knows that it does not.
        let isNone = shard.isDown(successor) || shard.state(successor)?.role == .replica
        guard isNone || shard.isServed && shard.state(successor) == nil else { return Plan() }
        return .do(.giveUp(wish, reason: Obstacles.reason(shard, about: successor)))
    }

    private static func hasEndpoint(_ state: EngineState, _ shard: ShardView) -> Bool {
        !shard.group.build.movesAddresses || shard.nodeGroup.primaryAddresses.allSatisfy(state.boundAddresses.contains)
    }
}
