import CacheModel

/// By which of its two addresses a node of a dual-stack group is known to others: it may be changed while it runs.
enum Announcing {
    static func names(_ group: ReplicationGroup) -> [String] {
        guard group.families.count > 1 else { return [] }
        return ["replica-announce-ip"] + (group.clusterEnabled ? ["cluster-announce-ip"] : [])
    }

    /// Before whoever follows it is led to that address.
    static func plan(_ group: ReplicationGroup, _ observed: ObservedGroup) -> Plan {
        let names = names(group)
        guard !names.isEmpty else { return Plan() }
        var plan = Plan()
        for member in group.members {
            guard let state = observed[member].engine.state else { continue }
            let address = member.address.description
            for name in names where state.tuning[name].map({ $0 != address }) ?? false {
                plan.steps.append(.tune(member: member.id, name: name, value: address))
            }
        }
        return plan
    }
}
