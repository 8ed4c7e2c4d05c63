// The windows of a group whose creator named none: 60 minutes on the hour or half hour, in the region's night where that is free.

private let length = 60
private let step = 30

extension MaintenanceWindow {
    /// A random hour of the region's quiet hours, on a random day, apart from the snapshot window. Where that leaves none of
    /// the quiet hours, any hour; nil if the snapshot window leaves no free hour of the day at all.
    package static func random(
        in quietHours: QuietHours, avoiding snapshots: SnapshotWindow?, using generator: inout some RandomNumberGenerator
    ) -> MaintenanceWindow? {
        let day = ClockText.minutesPerDay
        func free(_ starts: [Int]) -> [MaintenanceWindow] {
            (0..<7).flatMap { weekday in
                starts.map { MaintenanceWindow(start: (weekday * day + $0) % ClockText.minutesPerWeek, duration: length) }
            }.filter { window in snapshots.map { !window.overlaps($0) } ?? true }
        }
        return free(quietHours.starts).randomElement(using: &generator)
            ?? free(Array(0..<day)).randomElement(using: &generator)
    }
}

extension SnapshotWindow {
    /// A random hour of the region's quiet hours apart from the maintenance window. Where that leaves none of the quiet hours,
    /// any hour; nil if the maintenance window leaves no hour of the day free.
    package static func random(
        in quietHours: QuietHours, avoiding maintenance: MaintenanceWindow?, using generator: inout some RandomNumberGenerator
    ) -> SnapshotWindow? {
        let day = ClockText.minutesPerDay
        func free(_ starts: [Int]) -> [SnapshotWindow] {
            starts.map { SnapshotWindow(start: $0 % day, duration: length) }
                .filter { window in maintenance.map { !$0.overlaps(window) } ?? true }
        }
        return free(quietHours.starts).randomElement(using: &generator)
            ?? free(Array(0..<day)).randomElement(using: &generator)
    }
}

extension QuietHours {
    /// The half hours from which a window fits, in minutes from the day's start; some may lie in the next day.
    fileprivate var starts: [Int] {
        let first = (start + step - 1) / step * step
        return Array(stride(from: first, through: start + duration - length, by: step))
    }
}
