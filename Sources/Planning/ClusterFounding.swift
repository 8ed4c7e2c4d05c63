package import CacheModel

/// The first moments of a cluster, before its replicas are started.
///
/// A primary that starts with slots waits for two seconds before it serves, in case others took its slots over meanwhile. One that
/// takes over from a dead primary does not wait. So each primary starts as the only replica of a predecessor that never lived, and
/// takes over from it at once; once every primary knows the owner of every slot the predecessors are forgotten, and the replicas
/// start with the finished cluster's table.
package enum ClusterFounding {
    /// Shards. Each takeover makes every node write its table and can be overtaken by gossip that is older: beyond this many, two
    /// seconds of waiting are the shorter way.
    private static let largest = 8

    /// Whether a group comes into the world this way; otherwise its nodes start with the finished cluster's table.
    package static func applies(to group: ReplicationGroup) -> Bool {
        group.clusterEnabled && !group.wasAvailable && group.nodeGroups.count <= largest
    }

    /// Nil when the primaries have founded the cluster.
    static func plan(_ group: ReplicationGroup, _ observed: ObservedGroup, _ rules: Rules) -> Plan? {
        var plan = Plan()
        var views: [(primary: Member, view: ClusterState)] = []
        for nodeGroup in group.nodeGroups {
            guard let primary = nodeGroup.primaryMember else { continue }
            let seen = observed[primary]
            if seen.process.isConfirmedDown {
                plan.add(Formation.start(primary, follows: nil, in: ShardView(nodeGroup, of: group, observed, rules)))
            } else if let state = seen.engine.state, let view = state.cluster {
                if state.role == .replica { plan.steps.append(.promote(member: primary.id)) }
                views.append((primary, view))
            } else {
                plan.waits.append("\(primary.id) does not answer yet")
            }
        }
        guard plan.isSettled else { return plan }
        for (primary, view) in views where view.memberSlots < SlotRange.slotCount {
            plan.waits.append("\(primary.id) does not know the owners of all slots yet")
        }
        // Forgotten sooner, a predecessor's slots would be lost from a view, and that node would wait its two seconds after all.
        guard plan.isSettled else { return plan }
        for (primary, view) in views where !view.strangers.isEmpty {
            plan.steps.append(.forgetNodes(member: primary.id, nodes: view.strangers))
        }
        return plan.isSettled ? nil : plan
    }
}
