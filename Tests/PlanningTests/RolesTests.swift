import CacheModel
import Testing

@testable import Planning

@Suite struct RolesTests {
    @Test(arguments: formation + replicas + primaryStates)
    func plans(_ example: PlanCase) { example.check(example.situation.roles) }

    @Test(arguments: primaryDown + unfinishedPromotions)
    func failsOver(_ example: PlanCase) { example.check(example.situation.roles) }

    /// Whatever confirmed that the process is down: its primary's place is taken.
    @Test(arguments: [
        ObservedProcess.exited(detail: "killed"), .stopped, .removed, .absent, .refused(.executableMissing, detail: ""),
        .refused(.addressInUse, detail: ""), .refused(.startFailed, detail: ""),
    ])
    func anyConfirmedEndIsAnEnd(process: ObservedProcess) {
        #expect(process.isConfirmedDown)
        #expect(Situation.healthy(.disabled()).with(first, process).roles == Plan(steps: Step.failover(to: second)))
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
            waits: ["g-001 does not answer yet"]),
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
            steps: [.start(second)], waits: ["g-001 does not answer yet"]),
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

    static func down(_ failover: Bool, saved: Bool) -> Situation {
        Situation.healthy(.disabled(automaticFailover: failover)).with(first, .exited(detail: "killed"), saved: saved)
    }

    static let primaryDown = [
        PlanCase("a synced replica takes over", down(true, saved: true), steps: Step.failover(to: second)),
        PlanCase(
            "the one with more of the stream", down(true, saved: false).answering(third) { $0.offset = 101 },
            steps: Step.failover(to: third)),
        PlanCase(
            "without failover a synced replica takes over too: what is saved is older", down(false, saved: true),
            steps: Step.failover(to: second)),
        PlanCase(
            "without failover and without a synced replica, it restarts",
            down(false, saved: true).with(second, .stopped).answering(third) { $0.hasSynced = false }, steps: [.start(first)]),
        PlanCase("without failover and without saved data, the data lives", down(false, saved: false), steps: Step.failover(to: second)),
        PlanCase(
            "a replica that was never synced does not take over",
            down(true, saved: true).answering(second) { $0.hasSynced = false }.with(third, .exited(detail: "")), steps: [.start(first)]),
        PlanCase(
            "nor does it keep the primary waiting, however much it holds",
            down(true, saved: false).answering(second) {
                $0.hasSynced = false
                $0.offset = 1_000_000
            }.with(third, .stopped, saved: true), steps: [.start(first, seeds: [third])]),
        PlanCase(
            "a synced replica without a single write takes over",
            down(true, saved: true).answering(second) { $0.offset = 0 }.with(third, .stopped), steps: Step.failover(to: second)),
        PlanCase(
            "a silent replica may be the one with the data",
            down(true, saved: true).with(second, .silent).with(third, .loading),
            waits: ["g-002, g-003 must answer before g-001"]),
        PlanCase(
            "a silent replica is waited for without failover too, if nothing is saved",
            down(false, saved: false).with(second, .silent).with(third, .exited(detail: "")), waits: ["g-002 must answer"]),
        PlanCase(
            "a silent replica does not matter without failover, if the data is saved",
            down(false, saved: true).with(second, .silent).with(third, .stopped), steps: [.start(first)]),
        PlanCase(
            "a starting replica may be the one", down(true, saved: true).with(second, .starting).with(third, .stopped),
            waits: ["g-002 must answer"]),
        PlanCase(
            "a synced replica does not wait for a silent one", down(true, saved: true).with(second, .silent),
            steps: Step.failover(to: third)),
        PlanCase(
            "all down: the primary first, from its own data",
            down(true, saved: true).with(second, .exited(detail: ""), saved: true).with(third, .exited(detail: "")),
            steps: [.start(first, seeds: [second])]),
        PlanCase(
            "all down: the primary from what the others saved",
            down(true, saved: false).with(second, .exited(detail: ""), saved: true).with(third, .stopped, saved: true),
            steps: [.start(first, seeds: [second, third])]),
        PlanCase(
            "all down and nothing saved", down(true, saved: false).with(second, .stopped).with(third, .absent), steps: [.start(first)]),
        PlanCase(
            "all down, and it ended too often of late",
            Situation.healthy(.disabled(nodes: 1)).with(first, .exited(detail: ""), mayStart: false),
            waits: ["g-001 is started again in a moment"]),
        PlanCase(
            "two died: the promoted one dies too, before anybody follows it",
            down(true, saved: true).with { $0.group.nodeGroups[0].primary = second }.with(second, .exited(detail: "")),
            steps: Step.failover(to: third)),
    ]

    static let promoting = healthy.with { $0.group.nodeGroups[0].primary = second }.with(first, .exited(detail: ""))

    static let unfinishedPromotions = [
        PlanCase("recorded, and the order was lost", promoting, steps: [.promote(member: second)]),
        PlanCase(
            "recorded, and somebody else still says that it is a primary", promoting.claiming(first), steps: [.promote(member: second)]),
        PlanCase("recorded and silent: nobody else is touched", promoting.with(second, .silent), waits: ["g-002 does not answer"]),
        PlanCase(
            "done: the others follow, the old one comes back as a replica", promoting.claiming(second),
            steps: [.start(first, follows: second), .replicate(third, from: second)]),
        PlanCase(
            "the old primary is back and claims to be one", promoting.claiming(second).claiming(first),
            steps: [.replicate(first, from: second), .replicate(third, from: second)]),
    ]
}
