import CacheModel
import Testing

@testable import Planning

@Suite struct TroublesTests {
    @Test(arguments: begins + ends + same)
    func plans(_ example: PlanCase) {
        example.check(Troubles.plan(example.situation.group, example.situation.observed, example.situation.rules))
    }

    private static let healthy = Situation.healthy(.disabled())
    private static func noted(_ id: String, _ kind: Trouble.Kind, _ reason: String = "") -> Situation {
        healthy.recorded(id) { $0.trouble = .noted(kind, reason) }
    }

    private static let missing = "the engine /redis-server is not installed any more"
    private static let unsaved = "its data can not be saved: the disk may be full, or memory short"

    static let begins = [
        PlanCase("all is well", healthy),
        PlanCase("a process ended", healthy.with(second, .exited(detail: "signal 9")), steps: [.note(second, .ended, "signal 9")]),
        PlanCase(
            "it was refused", healthy.with(second, .refused(.addressInUse, detail: "port 1")), steps: [.note(second, .refused, "port 1")]),
        PlanCase("it was stopped on purpose", healthy.with(second, .stopped)),
        PlanCase("it starts", healthy.with(second, .starting)),
        PlanCase("it is ending", healthy.with(second, .ending)),
        PlanCase(
            "its engine is gone", healthy.with(second, .exited(detail: "")).with(second) { $0.buildIsMissing = true },
            steps: [.note(second, .engineMissing, missing)]),
        PlanCase("its engine is gone, and it still runs", healthy.with(second) { $0.buildIsMissing = true }),
        PlanCase(
            "its zone is down, whatever it does", healthy.dark(second).with(third, .exited(detail: "")).dark(third),
            steps: [
                .note(second, .zoneDown, "Availability zone us-east-1a is down"),
                .note(third, .zoneDown, "Availability zone us-east-1a is down"),
            ]),
        PlanCase("a primary is hung", healthy.silent(first, for: 2), steps: [.note(first, .hung, "it runs and does not answer")]),
        PlanCase("a replica is not hung so soon", healthy.silent(second, for: 19.9)),
        PlanCase("but then", healthy.silent(second, for: 20), steps: [.note(second, .hung, "it runs and does not answer")]),
        PlanCase("silent, and heard by a replica", healthy.silent(first, for: 20).heard(second, ago: 1)),
        PlanCase("it loads", healthy.with(first, .loading)),
        PlanCase("it can't save", healthy.answering(first) { $0.isSaveFailing = true }, steps: [.note(first, .saveFailing, unsaved)]),
        PlanCase(
            "what it saves stays in memory", healthy.with(second) { $0.sealProblem = "no key" },
            steps: [.note(second, .sealFailing, "no key")]),
        PlanCase(
            "it can't save at all, which is worse",
            healthy.with(first) { $0.sealProblem = "no key" }.answering(first) { $0.isSaveFailing = true },
            steps: [.note(first, .saveFailing, unsaved)]),
        PlanCase(
            "a replica can't save what a primary waits for",
            healthy.with(first, .exited(detail: "signal 9")).answering(second) { $0.isLinked = false }
                .answering(second) { $0.isSaveFailing = true },
            steps: [.note(first, .ended, "signal 9"), .note(second, .saveFailing, unsaved)]),
        PlanCase("one that leaves is nobody's concern", healthy.recorded(third) { $0.change = .leaving }.with(third, .exited(detail: ""))),
        PlanCase(
            "a creation tells of its own troubles", Situation.healthy(.disabled(status: .creating)).with(second, .exited(detail: ""))),
    ]

    static let ends = [
        PlanCase("it is a linked replica again", noted(second, .ended), steps: [.note(member: second, nil)]),
        PlanCase("it is the primary again", noted(first, .hung), steps: [.note(member: first, nil)]),
        PlanCase("it runs, and is not linked yet", noted(second, .ended).answering(second) { $0.isLinked = false }),
        PlanCase("it runs, and is not the primary yet", noted(first, .ended).answering(first) { $0.role = .replica }),
        PlanCase("it saves again", noted(first, .saveFailing), steps: [.note(member: first, nil)]),
        PlanCase("its data gets onto the disk again", noted(first, .sealFailing), steps: [.note(member: first, nil)]),
        PlanCase("its zone is up, and it has not been started yet", noted(second, .zoneDown).with(second, .stopped)),
    ]

    static let same = [
        PlanCase("it ended again, in the same words", noted(second, .ended, "one").with(second, .exited(detail: "one"))),
        PlanCase(
            "it ended again, in other words: how it ended last counts", noted(second, .ended, "one").with(second, .exited(detail: "two")),
            steps: [.note(second, .ended, "two")]),
        PlanCase(
            "it is refused for another reason", noted(second, .refused, "one").with(second, .refused(.startFailed, detail: "two")),
            steps: [.note(second, .refused, "two")]),
        PlanCase("it is refused for the same", noted(second, .refused, "one").with(second, .refused(.startFailed, detail: "one"))),
        PlanCase(
            "one trouble follows another", noted(second, .hung).with(second, .exited(detail: "x")), steps: [.note(second, .ended, "x")]),
        PlanCase(
            "it runs, is not linked yet, and can't save: it ended, until it is in its place",
            noted(second, .ended).answering(second) { $0.isLinked = false }.answering(second) { $0.isSaveFailing = true }),
        PlanCase("still hung", noted(first, .hung, "x").silent(first, for: 30)),
    ]
}
