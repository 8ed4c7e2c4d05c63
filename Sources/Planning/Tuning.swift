import CacheModel

/// Parameters that have one value while a node finds its place, and another once its group stands.
package enum Tuning {
    /// How often a second an engine looks after its background work: the end of a full sync is noticed only then.
    package static let frequencyWhileForming = 100
    package static let frequency = 10
    /// A first sync goes through a file: after one straight into the socket the primary sends nothing more until the replica has
    /// acknowledged, which it does once a second.
    package static let syncsStraightWhileForming = false
    /// Milliseconds. Long while hundreds of nodes get to know each other on few cores, so that none is taken for dead.
    package static let nodeTimeoutWhileForming = 60_000
    /// Milliseconds. The cluster's own failover is the second line, for when nothing supervises it.
    package static let nodeTimeout = 15_000

    /// What each member of a group that stands is to have.
    package static func settled(clusterEnabled: Bool) -> [(name: String, value: String)] {
        [("hz", "\(frequency)"), ("repl-diskless-sync", "yes")] + (clusterEnabled ? [("cluster-node-timeout", "\(nodeTimeout)")] : [])
    }

    static func plan(_ group: ReplicationGroup, _ observed: ObservedGroup) -> Plan {
        let wanted = settled(clusterEnabled: group.clusterEnabled)
        var plan = Plan()
        for member in group.members {
            guard let state = observed[member].engine.state else { continue }
            for (name, value) in wanted where state.tuning[name] != value {
                plan.steps.append(.tune(member: member.id, name: name, value: value))
            }
        }
        return plan
    }
}
