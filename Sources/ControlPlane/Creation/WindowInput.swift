import AWSProtocol
import CacheModel

/// `SnapshotWindow` and `PreferredMaintenanceWindow`.
enum WindowInput {
    static var overlap: ServiceFault {
        .value("The snapshot window and maintenance window must not overlap. (SnapshotWindow, PreferredMaintenanceWindow)")
    }

    static func snapshots(_ text: String) throws -> SnapshotWindow {
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

    static func maintenance(_ text: String) throws -> MaintenanceWindow {
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
