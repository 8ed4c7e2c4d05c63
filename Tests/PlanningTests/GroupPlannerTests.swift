import CacheModel
import Testing

@testable import Planning

/// How the concerns come together.
@Suite struct GroupPlannerTests {
    private static let creating = ReplicationGroup.disabled(status: .creating)
    private static let answering = Situation.blank(creating).claiming(first).claiming(second).claiming(third)
    private static let untuned = Situation.healthy(creating).answering(second) { $0.tuning["hz"] = "100" }

    @Test(arguments: [
        PlanCase(
            "nothing is there: all start, and the reader's route is laid", .blank(creating),
            steps: [.start(first), .start(second), .start(third), .route(answering.reader([]))]),
        PlanCase(
            "all answer: the replicas are attached, the primary gets the endpoint's address", answering,
            steps: [
                .replicate(second), .replicate(third),
                .bind(member: first, addresses: [ReplicationGroup.address(11), ReplicationGroup.address(101)]),
                .route(answering.reader([])),
            ]),
        PlanCase("all is there: available", .healthy(creating), steps: [.becomeAvailable]),
        PlanCase(
            "parameters are set once it is available, not before", untuned,
            steps: [.becomeAvailable, .tune(member: second, name: "hz", value: "10")]),
        PlanCase("a change is done: available", .healthy(.disabled(status: .modifying)), steps: [.becomeAvailable]),
        PlanCase("available: nothing to do", .healthy(.disabled())),
        PlanCase(
            "only who is in place is tuned while something is waited for; another saves meanwhile",
            Situation.healthy(.disabled()).answering(second) {
                $0.tuning["hz"] = "100"
                $0.isLinked = false
            },
            steps: [TuningTests.tune(third, "save", "300 1 60 1000")], waits: ["g-002 is not linked"]),
        PlanCase(
            "no parameter is touched while there are steps",
            Situation.healthy(.disabled()).answering(second) { $0.tuning["hz"] = "100" }.answering(third) { $0.follows = .localhost },
            steps: [.replicate(third)]),
        PlanCase(
            "what was asked for is done, and something else is under repair: available",
            Situation.healthy(.disabled(status: .modifying)).answering(third) { $0.isLinked = false },
            steps: [.becomeAvailable], waits: ["g-003 is not linked"]),
        PlanCase(
            "not while a switchover is to be done",
            Situation.healthy(.disabled(status: .modifying)).with { $0.group.nodeGroups[0].successor = third }
                .answering(third) { $0.isLinked = false },
            steps: [], waits: ["g-003 is not linked", "g-003 has not caught up"]),
        PlanCase(
            "not while a member joins",
            Situation.healthy(.disabled(status: .modifying)).recorded(third) { $0.change = .joining }.answering(third) {
                $0.isLinked = false
            },
            steps: [], waits: ["g-003 is not linked"]),
        PlanCase(
            "a shard without a primary comes before one without a replica",
            Situation.healthy(.enabled(shards: 2, replicas: 1)).with("g-0001-002", .exited(detail: "")).with(
                "g-0002-001", .exited(detail: "")),
            steps: Step.failover(to: "g-0002-002", shard: "0002") + [
                .note("g-0001-002", .ended), .note("g-0002-001", .ended), .start("g-0001-002", follows: "g-0001-001"),
            ],
            waits: ["g-0001-002 has not told", "g-0002-001 has not told"]),
        PlanCase(
            "and a promotion that is unfinished before one that follows somebody else",
            Situation.healthy(.enabled(shards: 2, replicas: 1)).answering("g-0001-002") { $0.follows = .localhost }
                .answering("g-0002-001") { $0.role = .replica },
            steps: [.promote(member: "g-0002-001"), .replicate("g-0001-002", from: "g-0001-001")]),
        PlanCase(
            "a route that is not in force holds up the end of the creation",
            Situation.healthy(creating).with { $0.observed.routes["g-ro-u1"]?.applied = nil }, waits: ["is not served yet"]),
        PlanCase(
            "a cluster waits for its own view of itself",
            Situation.healthy(.enabled(shards: 2, replicas: 0, status: .creating)).answering("g-0002-001") {
                $0.cluster?.isServing = false
            },
            waits: ["does not see the whole cluster"]),
        PlanCase(
            "a hopeless creation is given up, and nothing else done",
            Situation.blank(creating).with(second, .refused(.executableMissing, detail: "gone")),
            steps: [.fail(reason: "g-002 could not be started: gone")]),
        PlanCase(
            "one shard's failover does not keep another shard waiting",
            Situation.healthy(.enabled(shards: 2, replicas: 1)).with("g-0001-001", .exited(detail: "")).with(
                "g-0002-001", .exited(detail: "")),
            steps: Step.failover(to: "g-0001-002", shard: "0001") + Step.failover(to: "g-0002-002", shard: "0002") + [
                .note("g-0001-001", .ended), .note("g-0002-001", .ended),
            ],
            waits: ["g-0001-001 has not told", "g-0002-001 has not told"]),
    ])
    func plans(_ example: PlanCase) { example.check(example.situation.plan) }

    /// A failover in order: the record, the engine, then the address and who follows, all of it before anything else.
    @Test func aFailoverIsOnePlan() {
        let down = Situation.healthy(.disabled()).with(first, .exited(detail: "killed"))
        let ended = Step.endHistory(nodeGroup: "0001")
        let steps = down.plan.steps
        #expect(steps.prefix(5) == ([ended] + Step.failover(to: second, followedBy: third))[...])
        #expect(steps.dropFirst(5) == [.note(first, .ended, "killed")])
        let forwarded = Situation.healthy(.disabled(movesAddresses: false)).with(first, .exited(detail: "killed"))
        #expect(forwarded.plan.steps.prefix(4) == ([ended] + Step.failover(to: second, followedBy: third, endpoint: false))[...])
    }
}
