import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// Parameters that Memcached does not have, and those whose effect is not built yet. Their neutral values are accepted.
enum UnservedMemcached {
    static func refuse(_ input: API.CreateCacheClusterMessage) throws {
        try refuseForeign([
            ("ReplicationGroupId", input.replicationGroupId != nil),
            ("SnapshotArns", input.snapshotArns?.isEmpty == false),
            ("SnapshotName", input.snapshotName != nil),
            ("SnapshotRetentionLimit", input.snapshotRetentionLimit.map { $0 != 0 } ?? false),
            ("SnapshotWindow", input.snapshotWindow != nil),
            ("AuthToken", input.authToken != nil),
            ("LogDeliveryConfigurations", input.logDeliveryConfigurations?.isEmpty == false),
        ])
        try UnservedParameters.refuseClassic(input.cacheSecurityGroupNames)
    }

    static func refuse(_ input: API.ModifyCacheClusterMessage, of cluster: MemcachedCluster) throws {
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
