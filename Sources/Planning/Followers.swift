import CacheModel

/// Every replica runs, follows the primary, and has finished its first sync.
///
/// Once there is data, a replica is started only while its primary is one. A cluster's old primary would else come back with its
/// slots, and those who have not heard of a new one yet would follow it, whatever it has.
enum Followers {
    static func plan(of primary: Member, _ shard: ShardView) -> Plan {
        var plan = Plan()
        for replica in shard.nodeGroup.replicas where replica.change != .leaving {
            plan.add(follower(replica, of: primary, shard))
        }
        return plan
    }

    private static func follower(_ replica: Member, of primary: Member, _ shard: ShardView) -> Plan {
        if shard.isDown(replica) {
            guard shard.group.wasAvailable else { return Plan() }
            if replica.change == .joining, Formation.hopelessness(of: replica, shard) != nil { return Plan() }
            return Formation.start(replica, follows: primary.id, in: shard, on: SavedData.forReplica(replica, shard))
        }
        if let reason = Stopping.reason(replica: replica, shard) { return .do(.stop(member: replica.id, reason: reason)) }
        guard let state = shard.state(replica) else { return .wait("\(replica.id) does not answer yet") }
        if state.role == .replica, state.follows == primary.address {
            return state.isLinked ? Plan() : .wait("\(replica.id) is not linked to \(primary.id) yet")
        }
        // In a cluster a node with slots is never told to follow: the cluster itself turns an outdated primary into a replica.
        if shard.group.clusterEnabled, state.role == .primary, state.cluster?.slots.isEmpty == false {
            return .wait("\(replica.id) still claims slots")
        }
        return .do(.replicate(member: replica.id, primary: primary.id))
    }
}
