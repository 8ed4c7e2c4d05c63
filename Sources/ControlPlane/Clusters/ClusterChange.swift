import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// What ModifyCacheCluster changes: the settings of a lone cluster, or of the group that the cluster belongs to, whose members have
/// windows, retention and upgrades in common.
enum ClusterChange {
    static func apply(
        _ input: API.ModifyCacheClusterMessage, of id: String, to group: inout ReplicationGroup, in draft: inout Draft,
        _ version: VersionChange?, _ context: RequestContext, _ picker: AddressPicker
    ) throws {
        try checkNodes(input)
        if input.scaleConfig != nil { throw ServiceFault.unsupported("ScaleConfig") }
        var change = groupChange(input, of: id, group)
        if group.kind == .replicationGroup { try refuseOfMember(change, id, group) }
        if let version {
            try version.apply(input, to: &group, in: &draft, context)
            try NodeTypeInput.change(
                &group, to: input.cacheNodeType, atOnce: input.applyImmediately ?? false, context, picker)
            // It comes with the version.
            if group.pending?.upgrade != nil || group.upgrade != nil { change.cacheParameterGroupName = nil }
            (change.engine, change.engineVersion) = (nil, nil)
        }
        try UnservedChanges.refuse(change, of: group, context)
        try AuthTokenInput.change(&group, change, at: context.now)
        try ParameterGroupChange.apply(change, to: &group, in: &draft, at: context.now)
        try SettingsChange.apply(change, to: &group, context)
        try DiscoveryChange.apply(change.ipDiscovery, to: &group, at: context.now)
    }

    /// A Redis cluster has the one node that it has.
    private static func checkNodes(_ input: API.ModifyCacheClusterMessage) throws {
        guard input.numCacheNodes ?? 1 == 1 else {
            throw ServiceFault.value("The parameter NumCacheNodes must be 1 for engine redis. It was \(input.numCacheNodes ?? 0).")
        }
        let given: [(name: String, isGiven: Bool)] = [
            ("CacheNodeIdsToRemove", input.cacheNodeIdsToRemove?.isEmpty == false),
            ("NewAvailabilityZones", input.newAvailabilityZones?.isEmpty == false), ("AZMode", input.azMode == .crossAz),
        ]
        if let first = given.first(where: \.isGiven) {
            throw ServiceFault.combination("The parameter \(first.name) can not be used with a cluster of one node.")
        }
    }

    /// The same for the group that it belongs to or is.
    private static func groupChange(
        _ input: API.ModifyCacheClusterMessage, of id: String, _ group: ReplicationGroup
    ) -> API.ModifyReplicationGroupMessage {
        // Snapshots are taken from the cluster for which they are turned on.
        let takesSnapshots = input.snapshotRetentionLimit.map { $0 > 0 } ?? false
        return API.ModifyReplicationGroupMessage(
            replicationGroupId: group.id, snapshottingClusterId: takesSnapshots && !group.clusterEnabled ? id : nil,
            cacheSecurityGroupNames: input.cacheSecurityGroupNames, securityGroupIds: input.securityGroupIds,
            preferredMaintenanceWindow: input.preferredMaintenanceWindow, notificationTopicArn: input.notificationTopicArn,
            cacheParameterGroupName: input.cacheParameterGroupName, notificationTopicStatus: input.notificationTopicStatus,
            applyImmediately: input.applyImmediately, engine: input.engine, engineVersion: input.engineVersion,
            autoMinorVersionUpgrade: input.autoMinorVersionUpgrade, snapshotRetentionLimit: input.snapshotRetentionLimit,
            snapshotWindow: input.snapshotWindow, cacheNodeType: input.cacheNodeType, authToken: input.authToken,
            authTokenUpdateStrategy: input.authTokenUpdateStrategy, logDeliveryConfigurations: input.logDeliveryConfigurations,
            ipDiscovery: input.ipDiscovery)
    }

    /// All members of a group have one node type and one engine.
    private static func refuseOfMember(_ change: API.ModifyReplicationGroupMessage, _ id: String, _ group: ReplicationGroup) throws {
        let given: [(name: String, isGiven: Bool)] = [
            ("CacheNodeType", change.cacheNodeType.map { $0 != group.nodeType } ?? false),
            ("Engine", change.engine.map { $0.lowercased() != group.engine.rawValue } ?? false),
            ("EngineVersion", change.engineVersion.map { $0 != group.engineVersion && $0 != group.fullEngineVersion } ?? false),
        ]
        guard let first = given.first(where: \.isGiven) else { return }
        throw ServiceFault.combination(
            "The parameter \(first.name) can not be changed for cache cluster \(id) alone, which belongs to replication group \(group.id): "
                + "use ModifyReplicationGroup.")
    }
}
