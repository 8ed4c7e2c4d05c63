import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// A cluster without a replication group: one node of Redis, or of Valkey, which the real service does not offer alone.
///
/// It is described as the group of one node that it is, so that every rule about engines, node types, parameters and windows is the same.
enum LoneCluster {
    /// Throws what can't be asked of a cluster that is alone.
    static func group(
        _ input: API.CreateCacheClusterMessage, _ id: String, _ context: RequestContext
    ) throws -> API.CreateReplicationGroupMessage {
        guard input.numCacheNodes ?? 1 == 1 else {
            throw ServiceFault.value("The parameter NumCacheNodes must be 1 for engine redis. It was \(input.numCacheNodes ?? 0).")
        }
        let zone = try ClusterZone.check(input, context.region)
        if input.transitEncryptionEnabled == true {
            throw ServiceFault.combination("Encryption feature is not supported for engine REDIS. (TransitEncryptionEnabled)")
        }
        if input.authToken != nil {
            throw ServiceFault.combination(
                "The parameter AuthToken requires encryption in transit, which is not supported for a cache cluster that belongs to no "
                    + "replication group: use CreateReplicationGroup.")
        }
        let outpost = try ClusterOutposts.named(input, count: 1)?.first?.arn
        let place = outpost.map {
            API.NodeGroupConfiguration(replicaCount: 0, primaryAvailabilityZone: zone, primaryOutpostArn: $0)
        }
        return API.CreateReplicationGroupMessage(
            replicationGroupId: id, replicationGroupDescription: "", preferredCacheClusterAZs: outpost == nil ? zone.map { [$0] } : nil,
            nodeGroupConfiguration: place.map { [$0] },
            cacheNodeType: input.cacheNodeType, engine: input.engine, engineVersion: input.engineVersion,
            cacheParameterGroupName: input.cacheParameterGroupName, cacheSubnetGroupName: input.cacheSubnetGroupName,
            cacheSecurityGroupNames: input.cacheSecurityGroupNames, securityGroupIds: input.securityGroupIds, tags: input.tags,
            snapshotArns: input.snapshotArns, snapshotName: input.snapshotName,
            preferredMaintenanceWindow: input.preferredMaintenanceWindow, port: input.port,
            notificationTopicArn: input.notificationTopicArn, autoMinorVersionUpgrade: input.autoMinorVersionUpgrade,
            snapshotRetentionLimit: input.snapshotRetentionLimit, snapshotWindow: input.snapshotWindow,
            logDeliveryConfigurations: input.logDeliveryConfigurations, networkType: input.networkType, ipDiscovery: input.ipDiscovery)
    }

    static func check(_ engine: EngineChoice) throws {
        if engine.namedGroup?.clusterOn == true {
            throw ServiceFault.combination(
                "Cluster mode should be disabled in parameter group, but found it is enabled. (CacheParameterGroupName)")
        }
    }

    static func refuseOutposts(_ input: API.CreateCacheClusterMessage) throws {
        let given: [(name: String, isGiven: Bool)] = [
            ("OutpostMode", input.outpostMode != nil), ("PreferredOutpostArn", input.preferredOutpostArn != nil),
            ("PreferredOutpostArns", input.preferredOutpostArns?.isEmpty == false),
        ]
        if let first = given.first(where: \.isGiven) { throw ServiceFault.unsupported(first.name) }
    }
}
