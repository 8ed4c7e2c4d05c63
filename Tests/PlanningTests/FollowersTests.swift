import CacheModel
import Testing

@testable import Planning

@Suite struct FollowersTests {
    @Test(arguments: examples)
    func plans(_ example: PlanCase) { example.check(example.situation.roles) }

    private static let healthy = Situation.healthy(.disabled())
    private static let loading = "Fatal error loading the DB: Invalid argument. Exiting."
    private static let joining = healthy.recorded(third) { $0.change = .joining }

    static let examples = [
        PlanCase("one that leaves is not looked at", healthy.recorded(third) { $0.change = .leaving }.with(third, .stopped)),
        PlanCase(
            "one that leaves and follows another", healthy.recorded(third) { $0.change = .leaving }.answering(third) { $0.follows = nil }),
        PlanCase("one that joins starts as a replica", joining.with(third, .absent), steps: [.start(third, follows: first)]),
        PlanCase(
            "one that joins is refused its address: nobody knows that yet, it is given another",
            joining.with(third, .refused(.addressInUse, detail: "")), steps: [.moveAddress(member: third)]),
        PlanCase(
            "one that joins and could not start is not tried again: it is given up",
            joining.with(third, .refused(.startFailed, detail: ""))),
        PlanCase(
            "one that was there before is", healthy.with(third, .refused(.startFailed, detail: "")),
            steps: [.start(third, follows: first)]),
        PlanCase("one that joins and syncs", joining.answering(third) { $0.isLinked = false }, waits: ["g-003 is not linked"]),
        PlanCase("its zone is down", healthy.with(third, .stopped).dark(third), waits: ["the zone us-east-1a of g-003 is down"]),
        PlanCase(
            "its engine is not installed any more", healthy.with(third, .stopped).with(third) { $0.buildIsMissing = true },
            waits: ["the engine of g-003 is not installed"]),
        PlanCase(
            "no address is chosen in a zone that is down",
            joining.with(third, .refused(.addressInUse, detail: "")).dark(third)),
        PlanCase(
            "it ended over its files again and again: they are set aside",
            healthy.with(third, .exited(detail: loading)).recorded(third) { $0.trouble = .noted(.ended, "killed", restarts: 3) },
            steps: [.start(member: third, follows: first, data: StartData(setsAsideOwn: true))]),
        PlanCase(
            "for other reasons: they are kept",
            healthy.with(third, .exited(detail: "Out of memory")).recorded(third) { $0.trouble = .noted(.ended, loading, restarts: 9) },
            steps: [.start(third, follows: first)]),
        PlanCase(
            "not often enough: they are kept",
            healthy.with(third, .exited(detail: loading)).recorded(third) { $0.trouble = .noted(.ended, loading, restarts: 2) },
            steps: [.start(third, follows: first)]),
        PlanCase(
            "in a cluster its view of the others goes, too",
            Situation.healthy(.enabled()).with("g-0001-003", .exited(detail: "Unrecoverable error: corrupted cluster config file"))
                .recorded("g-0001-003") { $0.trouble = .noted(.ended, "", restarts: 3) },
            steps: [.start(member: "g-0001-003", follows: "g-0001-001", data: StartData(setsAsideOwn: true, setsAsideTable: true))]),
        PlanCase(
            "one that is hung is ended before it is led anywhere", healthy.silent(second, for: 20).answering(third) { $0.follows = nil },
            steps: [.stop(member: second, reason: .hung), .replicate(third)]),
    ]
}
