/// The daily hour or more in which snapshots begin: `05:30-06:30`, UTC. It may run past midnight.
package struct SnapshotWindow: CodableAsText, Sendable, Hashable {
    /// Minutes from 00:00.
    package let start: Int
    /// Minutes: 60 to 1439.
    package let duration: Int

    /// Takes `hh24:mi-hh24:mi`.
    package init(parsing text: String) throws(WindowFailure) {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, let start = ClockText.minuteOfDay(ends[0]), let end = ClockText.minuteOfDay(ends[1]) else {
            throw .malformed
        }
        let duration = ClockText.distance(from: start, to: end, around: ClockText.minutesPerDay)
        guard duration >= 60 else { throw .tooShort }
        self.init(start: start, duration: duration)
    }

    package init?(_ description: String) {
        try? self.init(parsing: description)
    }

    init(start: Int, duration: Int) {
        self.start = start
        self.duration = duration
    }

    package var end: Int { (start + duration) % ClockText.minutesPerDay }
    package var description: String { "\(ClockText.dayText(start))-\(ClockText.dayText(end))" }
}
