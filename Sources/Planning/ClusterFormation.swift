import CacheModel

/// Cluster mode enabled: all nodes know each other, the slots are where they should be, and the cluster serves.
enum ClusterFormation {
    static func plan(_ group: ReplicationGroup, _ observed: ObservedGroup) -> Plan {
        var plan = Plan()
        for nodeGroup in group.nodeGroups {
            for member in nodeGroup.members where member.change != .leaving {
                guard let state = observed[member].engine.state?.cluster else {
                    plan.waits.append("\(member.id) has not told its view of the cluster")
                    continue
                }
                if let untold = state.untoldMembers.first {
                    plan.waits.append("\(member.id) does not know the ports of \(untold) yet")
                } else if !state.isServing || state.knownNodes < group.members.count {
                    plan.waits.append("\(member.id) does not see the whole cluster serving yet")
                } else if member.id == nodeGroup.primary, state.slots != nodeGroup.slots {
                    plan.waits.append("\(member.id) does not serve the slots of shard \(nodeGroup.id) yet")
                }
            }
        }
        return plan
    }
}
