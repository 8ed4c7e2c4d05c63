import AWSProtocol
import ElastiCacheAPI

/// What must be given at all, beside what the decoder asks for.
enum RequiredParameters {
    static func check(_ input: API.CreateReplicationGroupMessage) throws {
        if input.replicationGroupId.isEmpty { throw ServiceFault.missing("ReplicationGroupId") }
        if input.cacheNodeType == nil, !isGivenBySource(input) { throw ServiceFault.missing("CacheNodeType") }
    }

    /// Whether the node type is that of another resource.
    private static func isGivenBySource(_ input: API.CreateReplicationGroupMessage) -> Bool {
        input.primaryClusterId != nil || input.globalReplicationGroupId != nil || input.snapshotName != nil
            || input.serverlessCacheSnapshotName != nil
    }
}
