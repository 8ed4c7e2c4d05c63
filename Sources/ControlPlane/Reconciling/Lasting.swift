/// For how long each of some things has been so, as far as it was looked at: in time in which this service was awake.
struct Lasting<Thing: Hashable> {
    /// Between two looks no more than this counts: whoever looks so rarely was held up.
    private static var longestPause: Duration { .seconds(30) }

    private var lengths: [Thing: Duration] = [:]
    private var lastLook: ContinuousClock.Instant?

    subscript(thing: Thing) -> Duration? { lengths[thing] }

    /// These are so now; what else was is so no more.
    mutating func look(at now: ContinuousClock.Instant, _ present: Set<Thing>) {
        let passed = lastLook.map { min(now - $0, Self.longestPause) } ?? .zero
        lastLook = now
        var next: [Thing: Duration] = [:]
        for thing in present { next[thing] = lengths[thing].map { $0 + passed } ?? .zero }
        lengths = next
    }
}
