import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// `AutomaticFailoverEnabled` and `MultiAZEnabled`.
enum FailoverChange {
    /// Records both as asked for, and that the group is modifying if they turn anything on or failover off.
    static func apply(
        _ input: API.ModifyReplicationGroupMessage, to group: inout ReplicationGroup, _ context: RequestContext
    ) throws {
        let failover = input.automaticFailoverEnabled ?? group.automaticFailover
        let multiAZ = input.multiAZEnabled ?? group.multiAZ
        if group.clusterEnabled, !failover {
            throw ServiceFault.combination(
                "Turning off automatic failover for replication group with cluster mode enabled is not supported. "
                    + "(AutomaticFailoverEnabled)")
        }
        if input.automaticFailoverEnabled == true { try checkFailover(group, context) }
        if multiAZ, !failover {
            let remedy = group.multiAZ && input.multiAZEnabled == nil ? ": turn both off in one request" : ""
            throw ServiceFault.combination("The parameter MultiAZEnabled requires AutomaticFailoverEnabled\(remedy).")
        }
        if input.multiAZEnabled == true { try checkZones(group) }
        if group.automaticFailover, !failover {
            for nodeGroup in group.nodeGroups { try Readiness.requireNoTest(of: nodeGroup, in: group) }
        }
        if failover != group.automaticFailover || (multiAZ && !group.multiAZ) { group.beginChange(at: context.now) }
        if failover != group.automaticFailover { group.switchesFailover = true }
        group.automaticFailover = failover
        group.multiAZ = multiAZ
    }

    /// Also where it is on already: the real service refuses a group without replicas that is only told again.
    private static func checkFailover(_ group: ReplicationGroup, _ context: RequestContext) throws {
        guard group.nodeGroups.contains(where: { !$0.remainingReplicas.isEmpty }) else {
            throw ServiceFault.combination(
                "Replication group must have at least one read replica to enable autofailover. (AutomaticFailoverEnabled)")
        }
        guard let nodeType = context.nodeTypes[group.nodeType], let version = EngineVersion(group.fullEngineVersion) else { return }
        try FailoverSupport.check(nodeType, version, named: group.engineVersion)
    }

    private static func checkZones(_ group: ReplicationGroup) throws {
        for nodeGroup in group.nodeGroups {
            guard !nodeGroup.remainingReplicas.isEmpty else {
                throw ServiceFault.value(
                    "Must have at least 1 replica for Multi-AZ enabled Replication Group. Node group \(nodeGroup.id) has none. "
                        + "(MultiAZEnabled)")
            }
            let zones = Set(nodeGroup.remaining.map(\.zone))
            if zones.count == 1, let zone = zones.first {
                throw ServiceFault.combination(
                    "The parameter MultiAZEnabled needs a node group's nodes in at least two Availability Zones, and all nodes of node "
                        + "group \(nodeGroup.id) are in \(zone).")
            }
        }
    }
}
