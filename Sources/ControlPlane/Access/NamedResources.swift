import CacheModel

/// Which parameters of which operation name resources. What is not here names none, and is allowed on `*` only.
enum NamedResources {
    struct Naming: Sendable {
        /// The first is the one that is asked about first.
        let parameters: [String]
        /// What is described when none is named: all of a type.
        let all: ARN.ResourceType?
    }

    /// It is an ARN itself.
    static let arn = "ResourceName"
    /// Of the type that `SourceType` says.
    static let eventSource = "SourceIdentifier"

    /// The other parameters that name a resource, or several as a list.
    static let types: [String: ARN.ResourceType] = [
        "ReplicationGroupId": .replicationGroup, "ReplicationGroupIds": .replicationGroup,
        "PrimaryReplicationGroupId": .replicationGroup,
        "CacheClusterId": .cluster, "CacheClusterIds": .cluster, "PrimaryClusterId": .cluster, "SnapshottingClusterId": .cluster,
        "ReplicasToRemove": .cluster,
        "CacheParameterGroupName": .parameterGroup, "CacheSubnetGroupName": .subnetGroup,
        "CacheSecurityGroupName": .securityGroup, "CacheSecurityGroupNames": .securityGroup,
        "SnapshotName": .snapshot, "SourceSnapshotName": .snapshot, "TargetSnapshotName": .snapshot, "FinalSnapshotIdentifier": .snapshot,
        "UserId": .user, "UserIds": .user, "UserIdsToAdd": .user, "UserIdsToRemove": .user,
        "UserGroupId": .userGroup, "UserGroupIds": .userGroup, "UserGroupIdsToAdd": .userGroup, "UserGroupIdsToRemove": .userGroup,
        "ReservedCacheNodeId": .reservedInstance, "GlobalReplicationGroupId": .globalReplicationGroup,
        "ServerlessCacheName": .serverlessCache, "ServerlessCacheSnapshotName": .serverlessCacheSnapshot,
        "SourceServerlessCacheSnapshotName": .serverlessCacheSnapshot, "TargetServerlessCacheSnapshotName": .serverlessCacheSnapshot,
        "FinalSnapshotName": .serverlessCacheSnapshot,
    ]

    /// Those of them that are lists.
    static let lists: Set<String> = [
        "ReplicationGroupIds", "CacheClusterIds", "ReplicasToRemove", "CacheSecurityGroupNames", "UserIds", "UserIdsToAdd",
        "UserIdsToRemove", "UserGroupIds", "UserGroupIdsToAdd", "UserGroupIdsToRemove",
    ]

    /// By their `SourceType`.
    static let eventSources: [String: ARN.ResourceType] = [
        "cache-cluster": .cluster, "cache-parameter-group": .parameterGroup, "cache-security-group": .securityGroup,
        "cache-subnet-group": .subnetGroup, "replication-group": .replicationGroup, "serverless-cache": .serverlessCache,
        "serverless-cache-snapshot": .serverlessCacheSnapshot, "user": .user, "user-group": .userGroup,
    ]

    private static let table: [(operations: [String], parameters: [String], all: ARN.ResourceType?)] = [
        (["AddTagsToResource", "ListTagsForResource", "RemoveTagsFromResource"], [arn], nil),
        (["DescribeEvents"], [eventSource], nil),
        (
            [
                "CompleteMigration", "IncreaseReplicaCount", "ModifyReplicationGroupShardConfiguration", "StartMigration", "TestFailover",
                "TestMigration",
            ], ["ReplicationGroupId"], nil
        ),
        (["DecreaseReplicaCount"], ["ReplicationGroupId", "ReplicasToRemove"], nil),
        (["DescribeReplicationGroups"], ["ReplicationGroupId"], .replicationGroup),
        (["DeleteReplicationGroup"], ["ReplicationGroupId", "FinalSnapshotIdentifier"], nil),
        (
            ["CreateReplicationGroup"],
            [
                "ReplicationGroupId", "GlobalReplicationGroupId", "PrimaryClusterId", "CacheParameterGroupName", "CacheSubnetGroupName",
                "CacheSecurityGroupNames", "SnapshotName", "UserGroupIds", "ServerlessCacheSnapshotName",
            ], nil
        ),
        (
            ["ModifyReplicationGroup"],
            [
                "ReplicationGroupId", "PrimaryClusterId", "SnapshottingClusterId", "CacheParameterGroupName", "CacheSecurityGroupNames",
                "UserGroupIdsToAdd", "UserGroupIdsToRemove",
            ], nil
        ),
        (
            ["CreateCacheCluster"],
            [
                "CacheClusterId", "ReplicationGroupId", "CacheParameterGroupName", "CacheSubnetGroupName", "CacheSecurityGroupNames",
                "SnapshotName",
            ], nil
        ),
        (["ModifyCacheCluster"], ["CacheClusterId", "CacheParameterGroupName", "CacheSecurityGroupNames"], nil),
        (["DeleteCacheCluster"], ["CacheClusterId", "FinalSnapshotIdentifier"], nil),
        (["RebootCacheCluster"], ["CacheClusterId"], nil),
        (["DescribeCacheClusters"], ["CacheClusterId"], .cluster),
        (["ListAllowedNodeTypeModifications"], ["CacheClusterId", "ReplicationGroupId"], nil),
        (
            ["CreateCacheParameterGroup", "DeleteCacheParameterGroup", "ModifyCacheParameterGroup", "ResetCacheParameterGroup"],
            ["CacheParameterGroupName"], nil
        ),
        (["DescribeCacheParameterGroups", "DescribeCacheParameters"], ["CacheParameterGroupName"], .parameterGroup),
        (["CreateCacheSubnetGroup", "DeleteCacheSubnetGroup", "ModifyCacheSubnetGroup"], ["CacheSubnetGroupName"], nil),
        (["DescribeCacheSubnetGroups"], ["CacheSubnetGroupName"], .subnetGroup),
        (
            [
                "AuthorizeCacheSecurityGroupIngress", "CreateCacheSecurityGroup", "DeleteCacheSecurityGroup",
                "RevokeCacheSecurityGroupIngress",
            ], ["CacheSecurityGroupName"], nil
        ),
        (["DescribeCacheSecurityGroups"], ["CacheSecurityGroupName"], .securityGroup),
        (["CopySnapshot"], ["SourceSnapshotName", "TargetSnapshotName"], nil),
        (["CreateSnapshot"], ["SnapshotName", "ReplicationGroupId", "CacheClusterId"], nil),
        (["DeleteSnapshot"], ["SnapshotName"], nil),
        (["DescribeSnapshots"], ["SnapshotName", "ReplicationGroupId", "CacheClusterId"], .snapshot),
        (["CreateUser", "DeleteUser", "ModifyUser"], ["UserId"], nil),
        (["DescribeUsers"], ["UserId"], .user),
        (["CreateUserGroup"], ["UserGroupId", "UserIds"], nil),
        (["ModifyUserGroup"], ["UserGroupId", "UserIdsToAdd", "UserIdsToRemove"], nil),
        (["DeleteUserGroup"], ["UserGroupId"], nil),
        (["DescribeUserGroups"], ["UserGroupId"], .userGroup),
        (["BatchApplyUpdateAction", "BatchStopUpdateAction", "DescribeUpdateActions"], ["ReplicationGroupIds", "CacheClusterIds"], nil),
        (["DescribeReservedCacheNodes", "PurchaseReservedCacheNodesOffering"], ["ReservedCacheNodeId"], .reservedInstance),
        (["CreateGlobalReplicationGroup"], ["PrimaryReplicationGroupId"], nil),
        (
            [
                "DecreaseNodeGroupsInGlobalReplicationGroup", "DeleteGlobalReplicationGroup",
                "IncreaseNodeGroupsInGlobalReplicationGroup", "RebalanceSlotsInGlobalReplicationGroup",
            ], ["GlobalReplicationGroupId"], nil
        ),
        (["DescribeGlobalReplicationGroups"], ["GlobalReplicationGroupId"], .globalReplicationGroup),
        (["DisassociateGlobalReplicationGroup"], ["GlobalReplicationGroupId", "ReplicationGroupId"], nil),
        (["FailoverGlobalReplicationGroup"], ["GlobalReplicationGroupId", "PrimaryReplicationGroupId"], nil),
        (["ModifyGlobalReplicationGroup"], ["GlobalReplicationGroupId", "CacheParameterGroupName"], nil),
        (["CreateServerlessCache", "ModifyServerlessCache"], ["ServerlessCacheName", "UserGroupId"], nil),
        (["DeleteServerlessCache"], ["ServerlessCacheName", "FinalSnapshotName"], nil),
        (["DescribeServerlessCaches"], ["ServerlessCacheName"], .serverlessCache),
        (["CopyServerlessCacheSnapshot"], ["SourceServerlessCacheSnapshotName", "TargetServerlessCacheSnapshotName"], nil),
        (["CreateServerlessCacheSnapshot"], ["ServerlessCacheSnapshotName", "ServerlessCacheName"], nil),
        (["DeleteServerlessCacheSnapshot", "ExportServerlessCacheSnapshot"], ["ServerlessCacheSnapshotName"], nil),
        (["DescribeServerlessCacheSnapshots"], ["ServerlessCacheSnapshotName", "ServerlessCacheName"], .serverlessCacheSnapshot),
    ]

    static let byOperation = Dictionary(
        uniqueKeysWithValues: table.flatMap { row in
            row.operations.map { ($0, Naming(parameters: row.parameters, all: row.all)) }
        })
}
