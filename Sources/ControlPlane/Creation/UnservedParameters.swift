import AWSProtocol
import ElastiCacheAPI

/// Parameters whose effect is not built yet. Their neutral values are accepted; any other value is refused, since to accept it
/// would be to promise what does not happen.
enum UnservedParameters {
    /// What another resource says of a new group can't be checked any further.
    static func refuseSources(_ input: API.CreateReplicationGroupMessage) throws {
        if input.globalReplicationGroupId != nil { throw ServiceFault.unsupported("GlobalReplicationGroupId") }
        guard input.cacheNodeType == nil else { return }
        if input.snapshotName != nil { throw ServiceFault.unsupported("SnapshotName") }
        if input.serverlessCacheSnapshotName != nil { throw ServiceFault.unsupported("ServerlessCacheSnapshotName") }
    }

    static func refuse(_ input: API.CreateReplicationGroupMessage, _ context: RequestContext) throws {
        let given: [(name: String, isGiven: Bool)] = [
            ("GlobalReplicationGroupId", input.globalReplicationGroupId != nil),
            ("SnapshotArns", input.snapshotArns?.isEmpty == false),
            ("SnapshotName", input.snapshotName != nil),
            ("LogDeliveryConfigurations", input.logDeliveryConfigurations?.isEmpty == false),
            ("DataTieringEnabled", input.dataTieringEnabled == true),
            // Newer than the service model that the shapes are made from.
            ("Durability", try DurabilityInput(context)?.isDurable ?? false),
            ("ServerlessCacheSnapshotName", input.serverlessCacheSnapshotName != nil),
        ]
        if let first = given.first(where: \.isGiven) { throw ServiceFault.unsupported(first.name) }
    }

    static func refuseClassic(_ securityGroups: [String]?) throws {
        if securityGroups?.isEmpty == false {
            throw ServiceFault.value(
                "Use of cache security groups is not permitted in this API version for your account. (CacheSecurityGroupNames)")
        }
    }
}
