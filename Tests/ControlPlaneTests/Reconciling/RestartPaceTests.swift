import Testing

@testable import ControlPlane

@Suite struct RestartPaceTests {
    private static let start = ContinuousClock.now

    private static func pace(after starts: Int, every interval: Duration = .zero) -> (RestartPace, last: ContinuousClock.Instant) {
        var pace = RestartPace()
        for number in 0..<starts { pace.started("m", at: start + interval * number) }
        return (pace, start + interval * max(0, starts - 1))
    }

    @Test(arguments: [0, 1, 2])
    func atFirstAtOnce(starts: Int) {
        let (pace, last) = Self.pace(after: starts)
        #expect(pace.mayStart("m", at: last))
    }

    @Test(arguments: [(3, 0.5), (4, 1), (5, 2), (6, 4), (7, 8), (8, 16), (9, 30), (20, 30), (500, 30)])
    func thenEverMoreSlowly(starts: Int, delay: Double) {
        let (pace, last) = Self.pace(after: starts)
        #expect(!pace.mayStart("m", at: last))
        #expect(!pace.mayStart("m", at: last + .seconds(delay - 0.01)))
        #expect(pace.mayStart("m", at: last + .seconds(delay)))
    }

    @Test func afterTwoMinutesAllIsForgotten() {
        let (pace, last) = Self.pace(after: 50)
        #expect(pace.mayStart("m", at: last + .seconds(120)))
        let (slow, latest) = Self.pace(after: 100, every: .seconds(60))
        #expect(slow.mayStart("m", at: latest))
    }

    @Test func othersDoNotSuffer() {
        let (pace, last) = Self.pace(after: 10)
        #expect(pace.mayStart("other", at: last))
    }
}
