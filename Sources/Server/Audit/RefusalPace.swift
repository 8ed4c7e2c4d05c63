/// How many refusals are written down: whoever may send anything must not fill the disk with it. Ten at once, and one each second.
struct RefusalPace {
    private static let most = 10.0

    private var allowance = Self.most
    private var last: ContinuousClock.Instant?
    private var leftOut = 0

    /// How many were left out before this one, which is to be written; nil if it is left out, too.
    mutating func next(at now: ContinuousClock.Instant) -> Int? {
        if let last { allowance = min(Self.most, allowance + (now - last) / .seconds(1)) }
        last = now
        guard allowance >= 1 else {
            leftOut += 1
            return nil
        }
        allowance -= 1
        defer { leftOut = 0 }
        return leftOut
    }
}
