import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// Port, windows, retention, minor upgrades and notifications.
struct GroupSettings {
    static let defaultPort = 6379
    private static let retention = 0...35

    let port: Int
    let snapshotRetentionLimit: Int
    let snapshotWindow: SnapshotWindow
    let maintenanceWindow: MaintenanceWindow
    let autoMinorVersionUpgrade: Bool
    let notificationTopic: NotificationTopic?

    /// Of a request that `ValueRules` have nothing against.
    init(_ input: API.CreateReplicationGroupMessage, region: Region) throws {
        port = input.port ?? Self.defaultPort
        snapshotRetentionLimit = input.snapshotRetentionLimit ?? 0
        (snapshotWindow, maintenanceWindow) = try Self.windows(input, region)
        autoMinorVersionUpgrade = input.autoMinorVersionUpgrade ?? true
        notificationTopic = input.notificationTopicArn.map { NotificationTopic(arn: $0) }
    }

    /// Days.
    static func checkRetention(_ limit: Int) throws {
        guard retention.contains(limit) else {
            throw ServiceFault.value("The parameter SnapshotRetentionLimit must be within 0 and 35. It was \(limit).")
        }
    }

    static func checkRetention(_ limit: Int, of nodeType: NodeType?) throws {
        if limit > 0, nodeType?.supportsSnapshots == false {
            throw ServiceFault.combination(
                "Instance type does not support snapshotting. Snapshot retention limit parameter should not be specified. "
                    + "(SnapshotRetentionLimit, CacheNodeType)")
        }
    }

    private static func windows(
        _ input: API.CreateReplicationGroupMessage, _ region: Region
    ) throws -> (SnapshotWindow, MaintenanceWindow) {
        var generator = SystemRandomNumberGenerator()
        var snapshots = try input.snapshotWindow.map(WindowInput.snapshots)
        let maintenance =
            try input.preferredMaintenanceWindow.map(WindowInput.maintenance)
            ?? MaintenanceWindow.random(in: region.quietHours, avoiding: snapshots, using: &generator)
        if snapshots == nil {
            snapshots = SnapshotWindow.random(in: region.quietHours, avoiding: maintenance, using: &generator)
        }
        guard let snapshots, let maintenance, !maintenance.overlaps(snapshots) else {
            throw WindowInput.overlap
        }
        return (snapshots, maintenance)
    }
}
