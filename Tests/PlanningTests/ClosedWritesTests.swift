import CacheModel
import Testing

@testable import Planning

/// A cluster's primary that was told to take no writes, and whoever told it went away.
@Suite struct ClosedWritesTests {
    private static let primary = "g-0001-001"
    private static let replica = "g-0001-002"
    private static let healthy = Situation.healthy(.enabled(replicas: 1))
    private static let closed = close(primary, healthy)

    private static func close(_ id: String, _ situation: Situation) -> Situation {
        situation.answering(id) { state in for (name, value) in ClosedWrites.closing { state.tuning[name] = value } }
    }

    private static func open(_ id: String, count: String = "0", lag: String = "10") -> [Step] {
        [
            .tune(member: id, name: "min-replicas-max-lag", value: lag), .tune(member: id, name: "min-replicas-to-write", value: count),
        ]
    }

    private static func wanted(_ settings: (String, String)...) -> WantedParameters {
        WantedParameters(
            fingerprints: ParameterFingerprints(immediate: "", atStart: ""), settings: settings.map { .init(name: $0.0, value: $0.1) })
    }

    static let cases = [
        PlanCase("all take writes", healthy),
        PlanCase(
            "what the group's owner asked for is not this", healthy.answering(primary) { $0.tuning["min-replicas-to-write"] = "1" }),
        PlanCase("the replica never took over", closed, steps: open(primary)),
        PlanCase(
            "the replica took over, and the old primary follows it",
            close(replica, healthy), steps: open(replica)),
        PlanCase("the replica is dead: it takes nothing over", closed.with(replica, .exited(detail: "killed")), steps: open(primary)),
        PlanCase(
            "the replica took over, and the old primary has not heard of it", closed.claiming(replica),
            waits: ["g-0001-001 takes no writes until it is known what g-0001-002 is"]),
        PlanCase("the replica may be taking over", closed.with(replica, .silent), waits: ["takes no writes until"]),
        PlanCase("the replica loads", closed.with(replica, .loading), waits: ["takes no writes until"]),
        PlanCase(
            "back to what the parameter group says",
            closed.with { $0.observed.parameters = wanted(("min-replicas-to-write", "1"), ("min-replicas-max-lag", "5")) },
            steps: open(primary, count: "1", lag: "5")),
    ]

    @Test(arguments: cases) func plans(_ example: PlanCase) { example.check(ClosedWrites.plan(example.situation.shard)) }

    @Test func aGroupThatTakesNoWritesIsNotSettled() {
        #expect(Self.closed.plan.steps == Self.open(Self.primary))
        #expect(Self.healthy.plan.isSettled)
    }
}
