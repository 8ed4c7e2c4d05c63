import CacheModel

/// Who is primary and who follows whom, for one shard.
enum Roles {
    static func plan(_ shard: ShardView) -> Plan {
        let nodeGroup = shard.nodeGroup
        guard let primary = nodeGroup.primaryMember else { return .wait("shard \(nodeGroup.id) has no primary on record") }
        var plan = Plan()
        if shard.isDown(primary) {
            plan.add(PrimaryDown.plan(primary, shard))
        } else if let reason = Stopping.reason(primary: primary, shard) {
            plan.steps.append(.stop(member: primary.id, reason: reason))
        } else {
            plan.add(primaryRuns(primary, shard))
        }
        if !shard.group.wasAvailable {
            plan.add(startTogether(shard))
        }
        if !plan.changesPrimary { plan.add(Switchover.givenUp(shard)) }
        if shard.seen(primary).zoneIsDown { plan.add(inDarkZones(shard)) }
        return plan
    }

    /// Replicas whose zone went down with the primary's: nobody is left there to be waited for.
    private static func inDarkZones(_ shard: ShardView) -> Plan {
        Plan(
            steps: shard.nodeGroup.replicas.filter { shard.seen($0).zoneIsDown && shard.seen($0).process == .running }
                .map { .stop(member: $0.id, reason: .zoneDown) })
    }

    private static func primaryRuns(_ primary: Member, _ shard: ShardView) -> Plan {
        switch shard.seen(primary).engine {
        case .answering(let state) where state.role == .primary:
            if let switchover = Switchover.plan(primary, state, shard) { return switchover }
            return Followers.plan(of: primary, shard)
        case .answering(let state):
            return shard.group.clusterEnabled ? clusterPrimaryFollows(primary, shard) : primaryFollows(primary, state, shard)
        case .loading: return .wait("\(primary.id) is loading its data")
        case .foreign: return .wait("something else answers at the address of \(primary.id)")
        case .silent: return .wait("\(primary.id) does not answer")
        }
    }

    /// Replicas that can be started without their primary: nodes that have never held data. They are attached once both answer; those
    /// of a cluster find their primary themselves.
    private static func startTogether(_ shard: ShardView) -> Plan {
        var plan = Plan()
        for replica in shard.nodeGroup.replicas where shard.isDown(replica) {
            plan.add(Formation.start(replica, follows: shard.group.clusterEnabled ? shard.nodeGroup.primary : nil, in: shard))
        }
        return plan
    }

    /// The member on record as primary says that it is a replica: a promotion is unfinished, or a switchover is not on record yet.
    ///
    /// One writable primary: while whom it follows runs, that one may be primary, and hands over instead of being overtaken.
    private static func primaryFollows(_ primary: Member, _ state: EngineState, _ shard: ShardView) -> Plan {
        let promotion = Plan.do(.promote(member: primary.id))
        guard shard.group.wasAvailable, let upstream = shard.member(at: state.follows), upstream.id != primary.id,
            !shard.isDown(upstream)
        else { return promotion }
        // What it took since it was promoted may exist nowhere else.
        if Stopping.isHung(upstream, shard), state.isLinked { return .do(.stop(member: upstream.id, reason: .hung)) }
        guard let theirs = shard.state(upstream) else {
            return Stopping.endLost([upstream], shard) ?? .wait("\(upstream.id), which \(primary.id) follows, does not answer")
        }
        // A hand-over that ended half-way: neither takes writes, and this one has them all.
        guard theirs.role == .primary else { return promotion }
        if shard.nodeGroup.successor == upstream.id {
            return handedOver(primary, state, to: upstream, shard)
        }
        guard state.isLinked else { return .wait("\(primary.id) is not linked to \(upstream.id) yet") }
        return .do(.handOver(from: upstream.id, to: primary.id))
    }

    /// The rest of a hand-over that ended after the promotion. Clients that are sent away come back through the endpoint: it is given up
    /// first. And it is recorded last, since afterwards nobody would know that there are clients to send away.
    private static func handedOver(_ former: Member, _ state: EngineState, to primary: Member, _ shard: ShardView) -> Plan {
        var plan = Plan.do(
            .release(member: former.id), .recordPrimary(nodeGroup: shard.nodeGroup.id, member: primary.id, isFailover: true))
        if shard.group.build.movesAddresses, state.boundAddresses != [former.address] {
            plan.steps.insert(.bind(member: former.id, addresses: [former.address]), at: 0)
        }
        return plan
    }

    /// The same in a cluster, which may have chosen another primary by itself.
    private static func clusterPrimaryFollows(_ primary: Member, _ shard: ShardView) -> Plan {
        if let chosen = chosenByCluster(shard) {
            return .do(.recordPrimary(nodeGroup: shard.nodeGroup.id, member: chosen.id, isFailover: true))
        }
        let down = shard.nodeGroup.replicas.allSatisfy { shard.isDown($0) || shard.state($0)?.role == .replica }
        return down ? .do(.promote(member: primary.id)) : .wait("shard \(shard.nodeGroup.id) has no primary yet")
    }

    /// The replica on record that says that it is the primary, and owns slots.
    static func chosenByCluster(_ shard: ShardView) -> Member? {
        shard.nodeGroup.replicas.first { replica in
            guard let state = shard.state(replica), state.role == .primary else { return false }
            return state.cluster?.slots.isEmpty == false
        }
    }
}
