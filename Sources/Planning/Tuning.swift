package import CacheModel

/// Parameters that have one value while a node finds its place, and another once its group stands; and those that go with its role.
package enum Tuning {
    /// How often a second an engine looks after its background work: the end of a full sync is noticed only then.
    package static let frequencyWhileForming = 100
    package static let frequency = 10
    /// A first sync goes through a file: after one straight into the socket the primary sends nothing more until the replica has
    /// acknowledged, which it does once a second.
    package static let syncsStraightWhileForming = false
    /// Milliseconds. Long while hundreds of nodes get to know each other on few cores, so that none is taken for dead.
    package static let nodeTimeoutWhileForming = 60_000
    /// Milliseconds. A node tells each other whom it follows when it has not heard from that one for half of this. A newcomer hastens.
    package static let nodeTimeoutWhileJoining = 2_000
    /// Milliseconds. The cluster's own failover is the second line, for when nothing supervises it.
    package static let nodeTimeout = 15_000
    /// When a node saves its data: after so many seconds if so many keys have changed.
    package static let savePoints = [(seconds: 300, changes: 1), (seconds: 60, changes: 1000)]

    /// Parameters that are looked at.
    package static func names(_ group: ReplicationGroup) -> [String] {
        ["hz", "repl-diskless-sync", "save", "appendonly"] + (savesOnTermination(group.build) ? ["shutdown-on-sigterm"] : [])
            + (group.clusterEnabled ? ["cluster-node-timeout"] : []) + Announcing.names(group)
    }

    static func plan(_ group: ReplicationGroup, _ observed: ObservedGroup, _ rules: Rules) -> Plan {
        var plan = Plan()
        for nodeGroup in group.nodeGroups {
            let shard = ShardView(nodeGroup, of: group, observed, rules)
            let savers = savers(shard)
            // Who is to save begins before others stop.
            let ordered = nodeGroup.members.filter { savers.contains($0.id) } + nodeGroup.members.filter { !savers.contains($0.id) }
            for member in ordered {
                guard let state = shard.state(member), shard.isInPlace(member) else { continue }
                for (name, value) in settled(group, saves: savers.contains(member.id), rules) where state.tuning[name] != value {
                    if name == "cluster-node-timeout", member.change == .joining { continue }
                    plan.steps.append(.tune(member: member.id, name: name, value: value))
                }
            }
        }
        return plan
    }

    /// What a member of a group that stands is to have.
    package static func settled(_ group: ReplicationGroup, saves: Bool, _ rules: Rules) -> [(name: String, value: String)] {
        var values = [("hz", "\(frequency)"), ("repl-diskless-sync", "yes")]
        values.append(("save", saves ? savePoints.map { "\($0.seconds) \($0.changes)" }.joined(separator: " ") : ""))
        values.append(("appendonly", rules.durability == .always ? "yes" : "no"))
        if savesOnTermination(group.build) {
            values.append(("shutdown-on-sigterm", rules.durability == .snapshot ? "save" : "default"))
        }
        if group.clusterEnabled { values.append(("cluster-node-timeout", "\(nodeTimeout)")) }
        return values
    }

    /// Who saves the data from time to time: a linked replica, since the pause of the fork is felt by nobody there; the primary while
    /// there is none. Engines before 7.0 save when they are told to end only if they save at all: there everyone does.
    private static func savers(_ shard: ShardView) -> Set<String> {
        guard shard.rules.durability == .snapshot else { return [] }
        guard savesOnTermination(shard.group.build) else { return Set(shard.nodeGroup.members.map(\.id)) }
        let replica = shard.nodeGroup.replicas.first { $0.change == nil && shard.state($0)?.isLinked == true }
        return [replica?.id ?? shard.nodeGroup.primary]
    }

    /// Whether the build has `shutdown-on-sigterm`.
    package static func savesOnTermination(_ build: BuildReference) -> Bool {
        build.version.split(separator: ".").first.flatMap { Int($0) }.map { $0 >= 7 } ?? false
    }
}
