#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// The weekly hour or more in which a group may be maintained: `sun:23:00-mon:02:00`, UTC. It may run into the next week.
package struct MaintenanceWindow: CodableAsText, Sendable, Hashable {
    /// Minutes from Sunday 00:00.
    package let start: Int
    /// Minutes: 60 to 1440.
    package let duration: Int

    /// Takes `ddd:hh24:mi-ddd:hh24:mi` in any case.
    package init(parsing text: String) throws(WindowFailure) {
        let ends = text.lowercased().split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, let start = ClockText.minuteOfWeek(ends[0]), let end = ClockText.minuteOfWeek(ends[1]) else {
            throw .malformed
        }
        let duration = ClockText.distance(from: start, to: end, around: ClockText.minutesPerWeek)
        guard duration >= 60 else { throw .tooShort }
        guard duration <= ClockText.minutesPerDay else { throw .tooLong }
        self.init(start: start, duration: duration)
    }

    package init?(_ description: String) {
        try? self.init(parsing: description)
    }

    init(start: Int, duration: Int) {
        self.start = start
        self.duration = duration
    }

    package var end: Int { (start + duration) % ClockText.minutesPerWeek }

    /// Lower case, the form in which the API returns it.
    package var description: String { "\(ClockText.weekText(start))-\(ClockText.weekText(end))" }

    /// Whether the daily window touches this one on any day. Windows that only meet don't overlap.
    package func overlaps(_ snapshots: SnapshotWindow) -> Bool {
        let week = ClockText.minutesPerWeek
        return (0..<7).contains { day in
            let daily = day * ClockText.minutesPerDay + snapshots.start
            return ClockText.distance(from: start, to: daily, around: week) < duration
                || ClockText.distance(from: daily, to: start, around: week) < snapshots.duration
        }
    }

    /// Whether a moment lies in the window. The end itself does not.
    package func contains(_ date: Date) -> Bool {
        // Time is counted from a Thursday.
        let minute = Int((date.timeIntervalSince1970 / 60).rounded(.down)) + 4 * ClockText.minutesPerDay
        let week = ClockText.minutesPerWeek
        return ClockText.distance(from: start, to: (minute % week + week) % week, around: week) < duration
    }
}
