import CacheModel

/// Who is primary and who follows whom, for one shard.
enum Roles {
    static func plan(_ nodeGroup: NodeGroup, of group: ReplicationGroup, _ observed: ObservedGroup) -> Plan {
        guard let primary = nodeGroup.primaryMember else { return .wait("shard \(nodeGroup.id) has no primary on record") }
        let seen = observed[primary]
        if seen.process.isConfirmedDown {
            return primaryIsDown(primary, nodeGroup, group, observed)
        }
        var plan = Plan()
        switch seen.engine {
        case .answering(let state) where state.role == .primary:
            plan.add(followers(of: primary, nodeGroup, group, observed))
        case .answering:
            plan.add(primaryFollows(primary, nodeGroup, group, observed))
        case .loading:
            plan.waits.append("\(primary.id) is loading its data")
        case .foreign:
            plan.waits.append("something else answers at the address of \(primary.id)")
        case .silent:
            plan.waits.append("\(primary.id) does not answer yet")
        }
        if !group.wasAvailable {
            plan.add(startTogether(nodeGroup, group, observed))
        }
        return plan
    }

    /// The primary's process has ended. A synced replica takes its place; only if there is none is it started again in place.
    ///
    /// A replica that runs but does not answer may be the one with the data: it is waited for. In a cluster one may have taken the
    /// place already, chosen by the cluster itself: it is known by its follower, which an outdated primary does not have.
    private static func primaryIsDown(
        _ primary: Member, _ nodeGroup: NodeGroup, _ group: ReplicationGroup, _ observed: ObservedGroup
    ) -> Plan {
        var plan = Plan()
        if group.wasAvailable {
            let seen = observed[primary]
            let successor = Failover.successor(in: nodeGroup, observed)
            if let successor, let chosen = chosenByCluster(nodeGroup, observed), observed[successor].engine.state?.follows == chosen.address
            {
                return .do(.recordPrimary(nodeGroup: nodeGroup.id, member: chosen.id, isFailover: true))
            }
            if let successor {
                return .do(
                    .recordPrimary(nodeGroup: nodeGroup.id, member: successor.id, isFailover: true),
                    .promote(member: successor.id)
                )
            }
            let undecided = nodeGroup.replicas.filter { !observed[$0].process.isConfirmedDown && observed[$0].engine.state == nil }
            if !undecided.isEmpty, group.automaticFailover || !seen.hasSavedData {
                return .wait("\(undecided.map(\.id).joined(separator: ", ")) must answer before \(primary.id) is started again")
            }
        }
        plan.add(Formation.start(primary, follows: nil, in: nodeGroup, of: group, observed))
        if !group.wasAvailable {
            plan.add(startTogether(nodeGroup, group, observed))
        }
        return plan
    }

    /// Replicas that can be started without their primary: nodes that have never held data. They are attached once both answer; those
    /// of a cluster find their primary themselves.
    private static func startTogether(_ nodeGroup: NodeGroup, _ group: ReplicationGroup, _ observed: ObservedGroup) -> Plan {
        var plan = Plan()
        for replica in nodeGroup.replicas where observed[replica].process.isConfirmedDown {
            plan.add(Formation.start(replica, follows: group.clusterEnabled ? nodeGroup.primary : nil, in: nodeGroup, of: group, observed))
        }
        return plan
    }

    /// The member on record as primary says that it is a replica: a promotion is unfinished, or the cluster chose another by itself.
    private static func primaryFollows(
        _ primary: Member, _ nodeGroup: NodeGroup, _ group: ReplicationGroup, _ observed: ObservedGroup
    ) -> Plan {
        if group.clusterEnabled {
            if let chosen = chosenByCluster(nodeGroup, observed) {
                return .do(.recordPrimary(nodeGroup: nodeGroup.id, member: chosen.id, isFailover: true))
            }
            let down = nodeGroup.replicas.allSatisfy { observed[$0].process.isConfirmedDown || observed[$0].engine.state?.role == .replica }
            return down ? .do(.promote(member: primary.id)) : .wait("shard \(nodeGroup.id) has no primary yet")
        }
        // One writable primary: whoever still is one is told to follow only after the one on record has been promoted, and nobody
        // else can be reached through the endpoint meanwhile.
        return .do(.promote(member: primary.id))
    }

    /// The replica on record that says that it is the primary, and owns slots.
    private static func chosenByCluster(_ nodeGroup: NodeGroup, _ observed: ObservedGroup) -> Member? {
        nodeGroup.replicas.first { replica in
            guard let state = observed[replica].engine.state, state.role == .primary else { return false }
            return state.cluster?.slots.isEmpty == false
        }
    }

    /// Every replica runs, follows the primary, and has finished its first sync.
    ///
    /// Once there is data, a replica is started only while its primary is one. A cluster's old primary would else come back with its
    /// slots, and those who have not heard of a new one yet would follow it, whatever it has.
    private static func followers(of primary: Member, _ nodeGroup: NodeGroup, _ group: ReplicationGroup, _ observed: ObservedGroup) -> Plan
    {
        var plan = Plan()
        for replica in nodeGroup.replicas {
            let seen = observed[replica]
            if seen.process.isConfirmedDown {
                if group.wasAvailable {
                    plan.add(Formation.start(replica, follows: primary.id, in: nodeGroup, of: group, observed))
                }
                continue
            }
            guard let state = seen.engine.state else {
                plan.waits.append("\(replica.id) does not answer yet")
                continue
            }
            if state.role == .replica, state.follows == primary.address {
                if !state.isLinked { plan.waits.append("\(replica.id) is not linked to \(primary.id) yet") }
            } else if group.clusterEnabled {
                plan.add(clusterFollower(replica, state, primary))
            } else {
                plan.steps.append(.replicate(member: replica.id, primary: primary.id))
            }
        }
        return plan
    }

    /// In a cluster a node with slots is never told to follow: the cluster itself turns an outdated primary into a replica.
    private static func clusterFollower(_ replica: Member, _ state: EngineState, _ primary: Member) -> Plan {
        if state.role == .primary, state.cluster?.slots.isEmpty == false {
            return .wait("\(replica.id) still claims slots")
        }
        return .do(.replicate(member: replica.id, primary: primary.id))
    }
}
