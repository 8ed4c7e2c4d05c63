import CacheModel

/// How soon a member that ended may be started again: at once at first, then ever more slowly, so that a crash loop costs little.
struct RestartPace {
    private static let memory: Duration = .seconds(120)
    /// Starts that are not delayed.
    static let free = 3
    private static let longest: Duration = .seconds(30)

    private var starts: [String: [ContinuousClock.Instant]] = [:]

    mutating func started(_ member: String, at now: ContinuousClock.Instant) {
        starts[member] = (starts[member] ?? []).filter { now - $0 < Self.memory } + [now]
    }

    func mayStart(_ member: String, at now: ContinuousClock.Instant) -> Bool {
        let recent = (starts[member] ?? []).filter { now - $0 < Self.memory }
        guard recent.count >= Self.free, let last = recent.last else { return true }
        let delay = min(Duration.milliseconds(500) * (1 << min(recent.count - Self.free, 8)), Self.longest)
        return now - last >= delay
    }
}
