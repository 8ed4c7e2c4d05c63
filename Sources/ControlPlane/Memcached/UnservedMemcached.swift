import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// Parameters that Memcached does not have, and those whose effect is not built yet. Their neutral values are accepted.
enum UnservedMemcached {
    static func refuse(_ input: API.CreateCacheClusterMessage, _ release: MemcachedRelease, _ context: RequestContext) throws {
        try refuseForeign([
            ("ReplicationGroupId", input.replicationGroupId != nil),
            ("SnapshotArns", input.snapshotArns?.isEmpty == false),
            ("SnapshotName", input.snapshotName != nil),
            ("SnapshotRetentionLimit", input.snapshotRetentionLimit.map { $0 != 0 } ?? false),
            ("SnapshotWindow", input.snapshotWindow != nil),
            ("AuthToken", input.authToken != nil),
            ("LogDeliveryConfigurations", input.logDeliveryConfigurations?.isEmpty == false),
        ])
        if input.transitEncryptionEnabled == true, release.version < MemcachedRelease.firstWithTLS {
            throw ServiceFault.combination(
                "Encryption features are not supported for engine version \(release.name). "
                    + "Please use engine version \(MemcachedRelease.firstWithTLS)")
        }
        try UnservedParameters.refuseClassic(input.cacheSecurityGroupNames)
        try refuse([
            ("CacheSubnetGroupName", input.cacheSubnetGroupName.map { $0.lowercased() != "default" } ?? false),
            ("SecurityGroupIds", input.securityGroupIds.map { !$0.isEmpty && $0 != [context.defaultSecurityGroup] } ?? false),
            ("NotificationTopicArn", input.notificationTopicArn != nil),
            ("OutpostMode", input.outpostMode != nil),
            ("PreferredOutpostArn", input.preferredOutpostArn != nil),
            ("PreferredOutpostArns", input.preferredOutpostArns?.isEmpty == false),
            ("TransitEncryptionEnabled", input.transitEncryptionEnabled == true),
            ("NetworkType", input.networkType.map { $0 != .ipv4 } ?? false),
            ("IpDiscovery", input.ipDiscovery.map { $0 != .ipv4 } ?? false),
        ])
    }

    static func refuse(_ input: API.ModifyCacheClusterMessage, of cluster: MemcachedCluster, _ context: RequestContext) throws {
        try refuseForeign([
            ("SnapshotRetentionLimit", input.snapshotRetentionLimit.map { $0 != 0 } ?? false),
            ("SnapshotWindow", input.snapshotWindow != nil),
            ("AuthToken", input.authToken != nil),
            ("AuthTokenUpdateStrategy", input.authTokenUpdateStrategy != nil),
            ("LogDeliveryConfigurations", input.logDeliveryConfigurations?.contains { $0.enabled != false } ?? false),
        ])
        try UnservedParameters.refuseClassic(input.cacheSecurityGroupNames)
        try refuse([
            ("Engine", input.engine.map { $0.lowercased() != MemcachedRelease.engine } ?? false),
            ("CacheNodeType", input.cacheNodeType.map { $0 != cluster.nodeType } ?? false),
            ("SecurityGroupIds", input.securityGroupIds.map { !$0.isEmpty && $0 != [context.defaultSecurityGroup] } ?? false),
            ("NotificationTopicArn", input.notificationTopicArn != nil),
            ("NotificationTopicStatus", input.notificationTopicStatus.map { $0 != "inactive" } ?? false),
            ("IpDiscovery", input.ipDiscovery.map { $0 != .ipv4 } ?? false),
            ("ScaleConfig", input.scaleConfig != nil),
        ])
    }

    private static func refuseForeign(_ given: [(name: String, isGiven: Bool)]) throws {
        guard let first = given.first(where: \.isGiven) else { return }
        throw ServiceFault.combination("The parameter \(first.name) is not supported for engine memcached.")
    }

    private static func refuse(_ given: [(name: String, isGiven: Bool)]) throws {
        if let first = given.first(where: \.isGiven) { throw ServiceFault.unsupported(first.name) }
    }
}
