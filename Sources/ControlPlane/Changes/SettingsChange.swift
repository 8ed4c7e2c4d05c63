import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// What is recorded and true at once: description, windows, retention, minor upgrades, notifications.
enum SettingsChange {
    static func apply(
        _ input: API.ModifyReplicationGroupMessage, to group: inout ReplicationGroup, _ context: RequestContext
    ) throws {
        if let text = input.replicationGroupDescription { group.description = try GroupIdentifier.description(text) }
        if let allows = input.autoMinorVersionUpgrade { group.autoMinorVersionUpgrade = allows }
        group.notificationTopic = try NotificationInput.change(
            group.notificationTopic, topic: input.notificationTopicArn, status: input.notificationTopicStatus, context)
        try windows(input, &group)
        try snapshots(input, &group, context)
    }

    /// Each is checked against the other as it will be.
    private static func windows(_ input: API.ModifyReplicationGroupMessage, _ group: inout ReplicationGroup) throws {
        guard input.snapshotWindow != nil || input.preferredMaintenanceWindow != nil else { return }
        if let text = input.snapshotWindow { group.snapshotWindow = try WindowInput.snapshots(text) }
        if let text = input.preferredMaintenanceWindow { group.maintenanceWindow = try WindowInput.maintenance(text) }
        guard !group.maintenanceWindow.overlaps(group.snapshotWindow) else { throw WindowInput.overlap }
    }

    private static func snapshots(
        _ input: API.ModifyReplicationGroupMessage, _ group: inout ReplicationGroup, _ context: RequestContext
    ) throws {
        if input.snapshottingClusterId != nil, group.clusterEnabled {
            throw ServiceFault.combination(
                "Cannot set snapshotting cluster for cluster mode enabled replication group (SnapshottingClusterId)")
        }
        let limit = input.snapshotRetentionLimit ?? group.snapshotRetentionLimit
        if input.snapshotRetentionLimit != nil {
            try GroupSettings.checkRetention(limit)
            try GroupSettings.checkRetention(limit, of: context.nodeTypes[group.nodeType])
        }
        // Snapshots that are off are turned on by both together.
        let turnsOn = group.snapshotRetentionLimit == 0 && limit > 0
        let isLoneCluster = input.snapshottingClusterId != nil && input.snapshotRetentionLimit == nil && limit == 0
        if !group.clusterEnabled, turnsOn && input.snapshottingClusterId == nil || isLoneCluster {
            throw ServiceFault.combination("Must specify both SnapshotRetentionLimit and SnapshottingClusterId to turn on snapshots")
        }
        if let id = input.snapshottingClusterId?.lowercased() {
            guard group.nodeGroups.first?.remaining.contains(where: { $0.id == id }) == true else {
                throw ServiceFault(.cacheClusterNotFound, "Specified snapshotting cluster does not exist (SnapshottingClusterId \(id))")
            }
            group.snapshottingCluster = id
        }
        group.snapshotRetentionLimit = limit
        if limit == 0 { group.snapshottingCluster = nil }
    }
}
