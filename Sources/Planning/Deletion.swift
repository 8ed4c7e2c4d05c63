import CacheModel

/// Taking a group away: processes, routes, directories, then its records.
enum Deletion {
    static func plan(_ group: ReplicationGroup, _ observed: ObservedGroup, _ rules: Rules) -> Plan {
        let retained = group.retainsPrimary ? group.nodeGroups.first?.primaryMember : nil
        // Before the replicas go, there must be a primary that has the data.
        if let retained, let nodeGroup = group.nodeGroups.first, observed[retained].engine.state?.role != .primary {
            return Roles.plan(ShardView(nodeGroup, of: group, observed, rules))
        }
        var plan = takeDown(group, observed, but: retained)
        if let retained { plan.add(giveUpEndpoint(retained, group, observed)) }
        if plan.isSettled {
            plan.steps.append(retained == nil ? .forget : .becomeCacheCluster)
        }
        return plan
    }

    /// The endpoint's address is given up before it can be given to somebody else. A primary that does not answer may still hold it.
    private static func giveUpEndpoint(_ retained: Member, _ group: ReplicationGroup, _ observed: ObservedGroup) -> Plan {
        let seen = observed[retained]
        guard group.build.movesAddresses, !seen.process.isConfirmedDown else { return Plan() }
        guard let state = seen.engine.state else { return .wait("\(retained.id) does not answer, and may hold the endpoint's address") }
        return Set(state.boundAddresses) == Set(retained.addresses)
            ? Plan() : .do(.bind(member: retained.id, addresses: retained.addresses))
    }

    /// A creation that failed leaves its record, and nothing else.
    static func cleanUp(_ group: ReplicationGroup, _ observed: ObservedGroup) -> Plan {
        takeDown(group, observed, but: nil)
    }

    private static func takeDown(_ group: ReplicationGroup, _ observed: ObservedGroup, but retained: Member?) -> Plan {
        var plan = Plan()
        // Who goes on alone is reached as before.
        let kept = Set(retained?.addresses.map(group.doorName) ?? [])
        plan.add(Endpoints.drop(observed.routes.filter { !kept.contains($0.key) }))
        for member in group.members where member.id != retained?.id {
            switch observed[member].process {
            case .absent, .removed: continue
            case .ending: plan.waits.append("\(member.id) is ending")
            case .starting, .running, .exited, .refused, .stopped: plan.steps.append(.remove(member: member.id))
            }
        }
        return plan
    }
}
