import AWSProtocol
import ElastiCacheAPI

/// Parameters whose effect is not built yet. Their neutral values are accepted; any other value is refused, since to accept it
/// would be to promise what does not happen.
enum UnservedParameters {
    static func refuse(_ input: API.CreateReplicationGroupMessage, _ context: RequestContext) throws {
        let given: [(name: String, isGiven: Bool)] = [
            ("GlobalReplicationGroupId", input.globalReplicationGroupId != nil),
            ("PrimaryClusterId", input.primaryClusterId != nil),
            ("SnapshotArns", input.snapshotArns?.isEmpty == false),
            ("SnapshotName", input.snapshotName != nil),
            ("NotificationTopicArn", input.notificationTopicArn != nil),
            ("AuthToken", input.authToken != nil),
            ("TransitEncryptionEnabled", input.transitEncryptionEnabled == true),
            ("TransitEncryptionMode", input.transitEncryptionMode != nil),
            ("AtRestEncryptionEnabled", input.atRestEncryptionEnabled == true),
            ("KmsKeyId", input.kmsKeyId != nil),
            ("UserGroupIds", input.userGroupIds?.isEmpty == false),
            ("LogDeliveryConfigurations", input.logDeliveryConfigurations?.isEmpty == false),
            ("DataTieringEnabled", input.dataTieringEnabled == true),
            ("NetworkType", input.networkType.map { $0 != .ipv4 } ?? false),
            ("IpDiscovery", input.ipDiscovery.map { $0 != .ipv4 } ?? false),
            // Newer than the service model that the shapes are made from.
            ("Durability", context.parameters["Durability"].map { $0 != "default" } ?? false),
            ("ServerlessCacheSnapshotName", input.serverlessCacheSnapshotName != nil),
        ]
        try refuseClassic(input.cacheSecurityGroupNames)
        if let first = given.first(where: \.isGiven) { throw ServiceFault.unsupported(first.name) }
    }

    static func refuseClassic(_ securityGroups: [String]?) throws {
        if securityGroups?.isEmpty == false {
            throw ServiceFault.value(
                "Use of cache security groups is not permitted in this API version for your account. (CacheSecurityGroupNames)")
        }
    }
}
