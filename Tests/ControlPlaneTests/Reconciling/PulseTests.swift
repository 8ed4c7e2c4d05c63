import Testing

@testable import ControlPlane

/// For how long somebody has been silent, by a clock that the test moves.
@Suite struct PulseTests {
    private let pulse = Pulse(hangDeadline: .seconds(2))
    private let start = ContinuousClock.now

    /// Asks at a second, and gives up after so many.
    private func ask(_ member: String = "m", at second: Double, for patience: Double = 3, endsAfter: Double? = nil) {
        let asked = start + .seconds(second)
        pulse.unanswered(member, askedAt: asked, within: .seconds(patience), now: asked + .seconds(endsAfter ?? patience))
    }

    @Test func whoWasNeverAskedIsNotSilent() {
        #expect(pulse.silence(of: "m") == .zero)
    }

    @Test func anUnansweredQuestionCountsAsLongAsItWasOpen() {
        ask(at: 0)
        #expect(pulse.silence(of: "m") == .seconds(3))
        #expect(pulse.silence(of: "other") == .zero)
    }

    /// The time between two questions counts too: nobody heard anything in it.
    @Test func silenceGrowsFromQuestionToQuestion() {
        ask(at: 0)
        ask(at: 4)
        #expect(pulse.silence(of: "m") == .seconds(7))
    }

    /// But not more of it than lies between two rounds: that nobody asked is nobody's silence.
    @Test func timeInWhichNobodyAskedDoesNotCount() {
        ask(at: 0)
        ask(at: 100)
        #expect(pulse.silence(of: "m") == .seconds(3 + 3 + 2))
    }

    @Test func anAnswerEndsIt() {
        ask(at: 0)
        pulse.answered("m")
        #expect(pulse.silence(of: "m") == .zero)
        ask(at: 10)
        #expect(pulse.silence(of: "m") == .seconds(3), "what was before is forgotten")
    }

    /// A question that ended far too late says that this service did not run.
    @Test(arguments: [(4.5, true), (4.6, false), (60, false)])
    func ownPausesBlameNobody(endsAfter: Double, counts: Bool) {
        ask(at: 0, endsAfter: endsAfter)
        #expect((pulse.silence(of: "m") > .zero) == counts)
    }

    @Test func ownPausesForgetWhatCameBefore() {
        ask(at: 0)
        ask(at: 3, endsAfter: 30)
        #expect(pulse.silence(of: "m") == .zero)
    }

    @Test func whoRunsNoMoreIsForgotten() {
        ask("m", at: 0)
        ask("n", at: 0)
        pulse.forget(allBut: ["n"])
        #expect(pulse.silence(of: "m") == .zero && pulse.silence(of: "n") == .seconds(3))
    }

    @Test func asksTwiceInADeadline() {
        #expect(pulse.interval == .seconds(1))
    }
}
