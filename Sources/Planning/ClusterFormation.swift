import CacheModel

/// Cluster mode enabled: all nodes know each other, the slots are where they should be, and the cluster serves.
package enum ClusterFormation {
    /// Milliseconds. Long while hundreds of nodes get to know each other on few cores, so that none is taken for dead.
    package static let nodeTimeoutWhileForming = 60_000
    /// Milliseconds. The cluster's own failover is the second line, for when nothing supervises it.
    package static let nodeTimeout = 15_000

    static func plan(_ group: ReplicationGroup, _ observed: ObservedGroup) -> Plan {
        var plan = Plan()
        var formed = true
        for nodeGroup in group.nodeGroups {
            for member in nodeGroup.members {
                guard let state = observed[member].engine.state?.cluster else {
                    formed = false
                    plan.waits.append("\(member.id) has not told its view of the cluster")
                    continue
                }
                if !state.isServing || state.knownNodes < group.members.count {
                    formed = false
                    plan.waits.append("\(member.id) does not see the whole cluster serving yet")
                } else if member.id == nodeGroup.primary, state.slots != nodeGroup.slots {
                    formed = false
                    plan.waits.append("\(member.id) does not serve the slots of shard \(nodeGroup.id) yet")
                }
            }
        }
        guard formed else { return plan }
        for member in group.members where observed[member].engine.state?.cluster?.nodeTimeout != nodeTimeout {
            plan.steps.append(.setNodeTimeout(member: member.id, milliseconds: nodeTimeout))
        }
        return plan
    }
}
