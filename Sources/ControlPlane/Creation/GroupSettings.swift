import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// Port, windows, retention and minor upgrades.
struct GroupSettings {
    static let defaultPort = 6379
    private static let retention = 0...35

    let port: Int
    let snapshotRetentionLimit: Int
    let snapshotWindow: SnapshotWindow
    let maintenanceWindow: MaintenanceWindow
    let autoMinorVersionUpgrade: Bool

    init(_ input: API.CreateReplicationGroupMessage, engine: EngineChoice, region: Region) throws {
        port = input.port ?? Self.defaultPort
        guard (1...65_535).contains(port) else {
            throw ServiceFault.value("The parameter Port must be within 1 and 65535. It was \(port).")
        }
        snapshotRetentionLimit = input.snapshotRetentionLimit ?? 0
        guard Self.retention.contains(snapshotRetentionLimit) else {
            throw ServiceFault.value("The parameter SnapshotRetentionLimit must be within 0 and 35. It was \(snapshotRetentionLimit).")
        }
        if snapshotRetentionLimit > 0, !engine.nodeType.supportsSnapshots {
            throw ServiceFault.combination(
                "Instance type does not support snapshotting. Snapshot retention limit parameter should not be specified. "
                    + "(SnapshotRetentionLimit, CacheNodeType)")
        }
        (snapshotWindow, maintenanceWindow) = try Self.windows(input, region)
        autoMinorVersionUpgrade = input.autoMinorVersionUpgrade ?? true
    }

    private static func windows(
        _ input: API.CreateReplicationGroupMessage, _ region: Region
    ) throws -> (SnapshotWindow, MaintenanceWindow) {
        var generator = SystemRandomNumberGenerator()
        var snapshots = try input.snapshotWindow.map(snapshotWindow)
        let maintenance =
            try input.preferredMaintenanceWindow.map(maintenanceWindow)
            ?? MaintenanceWindow.random(in: region.quietHours, avoiding: snapshots, using: &generator)
        if snapshots == nil {
            snapshots = SnapshotWindow.random(in: region.quietHours, avoiding: maintenance, using: &generator)
        }
        guard let snapshots, let maintenance, !maintenance.overlaps(snapshots) else {
            throw ServiceFault.value(
                "The snapshot window and maintenance window must not overlap. (SnapshotWindow, PreferredMaintenanceWindow)")
        }
        return (snapshots, maintenance)
    }

    private static func snapshotWindow(_ text: String) throws -> SnapshotWindow {
        do {
            return try SnapshotWindow(parsing: text)
        } catch {
            switch error {
            case .malformed: throw ServiceFault.value("The parameter SnapshotWindow must be like 05:00-09:00. It was \(text).")
            case .tooShort: throw ServiceFault.value("Snapshot window must be at least 60 minutes. (SnapshotWindow)")
            case .tooLong: throw ServiceFault.value("The parameter SnapshotWindow must not be longer than 24 hours.")
            }
        }
    }

    private static func maintenanceWindow(_ text: String) throws -> MaintenanceWindow {
        do {
            return try MaintenanceWindow(parsing: text)
        } catch {
            switch error {
            case .malformed:
                throw ServiceFault.value("The parameter PreferredMaintenanceWindow must be like sun:23:00-mon:01:30. It was \(text).")
            case .tooShort: throw ServiceFault.value("Maintenance window must be at least 60 minutes. (PreferredMaintenanceWindow)")
            case .tooLong: throw ServiceFault.value("The parameter PreferredMaintenanceWindow must not be longer than 24 hours.")
            }
        }
    }
}
