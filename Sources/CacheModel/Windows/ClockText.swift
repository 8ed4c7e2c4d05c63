// Times of day and of the week in windows, in minutes from 00:00 UTC (of Sunday).

enum ClockText {
    static let minutesPerDay = 1440
    static let minutesPerWeek = 7 * minutesPerDay
    private static let days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]

    /// `hh24:mi`
    static func minuteOfDay(_ text: some StringProtocol) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let hour = decimal(parts[0], digits: 2...2), let minute = decimal(parts[1], digits: 2...2),
            hour < 24, minute < 60
        else { return nil }
        return hour * 60 + minute
    }

    /// `ddd:hh24:mi`, the day in lower case.
    static func minuteOfWeek(_ text: some StringProtocol) -> Int? {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let day = days.firstIndex(of: String(parts[0])), let minute = minuteOfDay(parts[1]) else { return nil }
        return day * minutesPerDay + minute
    }

    static func dayText(_ minute: Int) -> String {
        "\(padded(minute / 60, to: 2)):\(padded(minute % 60, to: 2))"
    }

    static func weekText(_ minute: Int) -> String {
        "\(days[minute / minutesPerDay]):\(dayText(minute % minutesPerDay))"
    }

    /// How long it takes from one minute of a circle to another.
    static func distance(from start: Int, to end: Int, around circle: Int) -> Int {
        (end - start + circle) % circle
    }
}

/// Why a text is no window.
package enum WindowFailure: Error, Equatable {
    case malformed
    /// Under 60 minutes.
    case tooShort
    /// Over 24 hours.
    case tooLong
}
