import CacheModel
import Testing

@testable import Planning

@Suite struct RolesTests {
    @Test(arguments: formation + replicas + primaryStates)
    func plans(_ example: PlanCase) { example.check(example.situation.roles) }

    /// Whatever confirmed that the process is down: its primary's place is taken.
    @Test(arguments: [
        ObservedProcess.exited(detail: "killed"), .stopped, .removed, .absent, .refused(.executableMissing, detail: ""),
        .refused(.addressInUse, detail: ""), .refused(.startFailed, detail: ""),
    ])
    func anyConfirmedEndIsAnEnd(process: ObservedProcess) {
        #expect(process.isConfirmedDown)
        #expect(Situation.healthy(.disabled()).with(first, process).roles == Plan(steps: Step.failover(to: second, followedBy: third)))
    }

    /// Unknown is not absent.
    @Test(arguments: [ObservedProcess.starting, .running, .ending])
    func noOtherStateIsAnEnd(process: ObservedProcess) {
        #expect(!process.isConfirmedDown)
        let plan = Situation.healthy(.disabled()).with(first, process).roles
        #expect(plan.steps.isEmpty && plan.waits.count == 1)
    }

    @Test func aShardWithoutAPrimaryOnRecordIsLeftAlone() {
        let situation = Situation.healthy(.disabled()).with { $0.group.nodeGroups[0].primary = "gone" }
        PlanCase("", situation, waits: ["no primary on record"]).check(situation.roles)
    }

    static let creating = ReplicationGroup.disabled(status: .creating)
    static let together = Situation.blank(creating)
        .claiming(first).claiming(second).claiming(third)

    static let formation = [
        PlanCase("all absent", .blank(creating), steps: [.start(first), .start(second), .start(third)]),
        PlanCase(
            "all starting", Situation.blank(creating).with(first, .starting).with(second, .starting).with(third, .starting),
            waits: ["g-001 does not answer"]),
        PlanCase("all answering, each for itself", together, steps: [.replicate(second), .replicate(third)]),
        PlanCase(
            "one replica still silent", together.with(third, .silent), steps: [.replicate(second)],
            waits: ["g-003 does not answer yet"]),
        PlanCase(
            "one replica ended", together.with(third, .exited(detail: "")), steps: [.replicate(second), .start(third)]),
        PlanCase(
            "the primary ended once", together.with(first, .exited(detail: "")), steps: [.start(first)]),
        PlanCase(
            "a replica ended before the primary answered", together.with(first, .silent).with(second, .exited(detail: "")),
            steps: [.start(second)], waits: ["g-001 does not answer"]),
        PlanCase(
            "a replica is not linked yet", Situation.healthy(creating).answering(third) { $0.isLinked = false },
            waits: ["g-003 is not linked to g-001"]),
        PlanCase("linked", .healthy(creating)),
        PlanCase("alone", .blank(.disabled(nodes: 1, status: .creating)), steps: [.start(first)]),
        PlanCase("alone and answering", .healthy(.disabled(nodes: 1, status: .creating))),
    ]

    static let healthy = Situation.healthy(.disabled())

    static let replicas = [
        PlanCase("as it should be", healthy),
        PlanCase("a replica ended", healthy.with(third, .exited(detail: "")), steps: [.start(third, follows: first)]),
        PlanCase(
            "a replica ends again and again", healthy.with(third, .exited(detail: ""), mayStart: false),
            waits: ["g-003 is started again in a moment"]),
        PlanCase(
            "a replica's address is in use, after the group was available",
            healthy.with(third, .refused(.addressInUse, detail: "")), steps: [.start(third, follows: first)]),
        PlanCase("a replica follows another", healthy.answering(third) { $0.follows = .localhost }, steps: [.replicate(third)]),
        PlanCase("a replica says it is a primary", healthy.claiming(third), steps: [.replicate(third)]),
        PlanCase("a replica loads", healthy.with(third, .loading), waits: ["g-003 does not answer yet"]),
        PlanCase("a replica ends", healthy.with(third, .ending), waits: ["g-003 does not answer yet"]),
    ]

    static let primaryStates = [
        PlanCase("a loading primary is not failed over", healthy.with(first, .loading), waits: ["g-001 is loading"]),
        PlanCase("a silent primary is waited for", healthy.with(first, .silent), waits: ["g-001 does not answer"]),
        PlanCase("somebody else answers for the primary", healthy.with(first, .foreign), waits: ["something else answers"]),
        PlanCase(
            "a replica is not started while its primary is silent",
            healthy.with(first, .silent).with(second, .exited(detail: "")), waits: ["g-001 does not answer"]),
    ]
}
