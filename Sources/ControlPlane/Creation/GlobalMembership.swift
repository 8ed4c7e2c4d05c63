import AWSProtocol
import ElastiCacheAPI

/// `GlobalReplicationGroupId`: most of such a group is its global datastore's to say.
enum GlobalMembership {
    static func check(_ input: API.CreateReplicationGroupMessage) throws {
        guard input.globalReplicationGroupId != nil else { return }
        let given: [(name: String, isGiven: Bool)] = [
            ("PrimaryClusterId", input.primaryClusterId != nil),
            ("AutomaticFailoverEnabled", input.automaticFailoverEnabled != nil),
            ("NumNodeGroups", input.numNodeGroups != nil),
            ("CacheParameterGroupName", input.cacheParameterGroupName != nil),
            ("CacheNodeType", input.cacheNodeType != nil),
            ("Engine", input.engine != nil),
            ("EngineVersion", input.engineVersion != nil),
            ("CacheSecurityGroupNames", input.cacheSecurityGroupNames?.isEmpty == false),
            ("TransitEncryptionEnabled", input.transitEncryptionEnabled != nil),
            ("AtRestEncryptionEnabled", input.atRestEncryptionEnabled != nil),
            ("SnapshotArns", input.snapshotArns?.isEmpty == false),
            ("SnapshotName", input.snapshotName != nil),
        ]
        let names = given.filter(\.isGiven).map(\.name)
        guard names.isEmpty else {
            throw ServiceFault.combination(
                "Cannot use the given parameters when creating new replication group in an existing global replication group. "
                    + "(GlobalReplicationGroupId, \(names.joined(separator: ", ")))")
        }
    }
}
