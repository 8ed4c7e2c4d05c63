import Testing

@testable import ControlPlane

@Suite struct PulseTests {
    private static let start = ContinuousClock.now

    /// Asked at that second, and unanswered when the deadline was over, or so much later.
    private static func miss(_ pulse: Pulse, at seconds: Double, late: Double = 0, of member: String = "m") {
        let deadline = pulse.deadline(for: member)
        let asked = start + .seconds(seconds)
        pulse.unanswered(member, askedAt: asked, within: deadline, now: asked + deadline + .seconds(late))
    }

    @Test func oneQuestionMayBeLost() {
        let pulse = Pulse(hangDeadline: .seconds(2))
        #expect(pulse.silence(of: "m") == .zero)
        Self.miss(pulse, at: 0)
        #expect(pulse.silence(of: "m") == .zero)
        Self.miss(pulse, at: 2)
        #expect(pulse.silence(of: "m") >= .seconds(2))
    }

    /// A hung node is found hung as soon as it is, and not before.
    @Test(arguments: [0.4, 1, 2, 10, 60])
    func silenceIsWhatHasPassed(deadline: Double) {
        let pulse = Pulse(hangDeadline: .seconds(deadline))
        var time = 0.0
        var rounds = 0
        while pulse.silence(of: "m") < .seconds(deadline), rounds < 20 {
            let patience = pulse.deadline(for: "m") / .seconds(1)
            Self.miss(pulse, at: time)
            time += patience + pulse.interval / .seconds(1)
            rounds += 1
        }
        #expect(rounds >= 2 && rounds < 20)
        let found = time - pulse.interval / .seconds(1)
        #expect(found >= deadline && found <= deadline * 2)
        #expect(abs(pulse.silence(of: "m") / .seconds(1) - found) < 0.01)
    }

    @Test func anAnswerEndsIt() {
        let pulse = Pulse(hangDeadline: .seconds(2))
        for second in [0.0, 2, 4] { Self.miss(pulse, at: second) }
        #expect(pulse.silence(of: "m") > .seconds(2))
        pulse.answered("m")
        #expect(pulse.silence(of: "m") == .zero)
        Self.miss(pulse, at: 6)
        #expect(pulse.silence(of: "m") == .zero)
    }

    /// A probe that ended far later than its deadline was held up by this service itself.
    @Test func ourOwnPausesDoNotCount() {
        let pulse = Pulse(hangDeadline: .seconds(2))
        Self.miss(pulse, at: 0, late: 60)
        Self.miss(pulse, at: 62)
        #expect(pulse.silence(of: "m") == .zero)
        Self.miss(pulse, at: 64)
        #expect(pulse.silence(of: "m") > .zero)
        Self.miss(pulse, at: 66, late: 60)
        #expect(pulse.silence(of: "m") == .zero)
    }

    /// Nor does time in which nobody asked.
    @Test func timeBetweenQuestionsIsCountedOnlyInPart() {
        let pulse = Pulse(hangDeadline: .seconds(2))
        Self.miss(pulse, at: 0)
        let before = Duration.seconds(1.5)
        let deadline = pulse.deadline(for: "m")
        Self.miss(pulse, at: 600)
        #expect(pulse.silence(of: "m") == before + deadline + pulse.interval * 2)
    }

    @Test func deadlinesLeaveTimeForASecondQuestion() {
        let pulse = Pulse(hangDeadline: .seconds(2))
        #expect(pulse.interval == .seconds(1) && pulse.deadline(for: "m") == .milliseconds(1500))
        Self.miss(pulse, at: 0)
        #expect(pulse.deadline(for: "m") == .milliseconds(500))
        Self.miss(pulse, at: 2)
        #expect(pulse.deadline(for: "m") == .milliseconds(200))
        #expect(pulse.deadline(for: "other") == .milliseconds(1500))
    }

    @Test func membersAreCountedEachForItself() {
        let pulse = Pulse(hangDeadline: .seconds(2))
        for member in ["m", "n"] { for second in [0.0, 2] { Self.miss(pulse, at: second, of: member) } }
        #expect(pulse.silence(of: "m") > .zero && pulse.silence(of: "n") > .zero)
        pulse.answered("m")
        #expect(pulse.silence(of: "m") == .zero && pulse.silence(of: "n") > .zero)
        pulse.forget(allBut: ["m"])
        #expect(pulse.silence(of: "n") == .zero)
    }
}
