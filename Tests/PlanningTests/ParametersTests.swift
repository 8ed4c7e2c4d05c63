import CacheModel
import Testing

@testable import Planning

@Suite struct ParametersTests {
    private static let old = RunningParameters(immediate: "old", atStart: "1")
    private static let new = RunningParameters(immediate: "new", atStart: "1")
    private static let wanted = WantedParameters(
        fingerprints: ParameterFingerprints(immediate: "new", atStart: "1"),
        settings: [
            .init(name: "timeout", value: "20", changed: ["timeout": "20"]), .init(name: "maxmemory", value: "1"),
            .init(
                name: "client-output-buffer-limit", value: "pubsub 3 2 1",
                changed: ["client-output-buffer-limit-pubsub-hard-limit": "3", "client-output-buffer-limit-pubsub-soft-limit": "2"]),
        ],
        withoutEffect: [.init(name: "lua-replicate-commands", value: "no", reason: "unknown")])

    /// A healthy group whose members run with what is wanted, but for those named.
    private static func group(
        _ group: ReplicationGroup = .disabled(), running: [String: RunningParameters?] = [:], wanted: WantedParameters? = wanted
    ) -> Situation {
        var situation = Situation.healthy(group).with { $0.observed.parameters = wanted }
        for member in situation.group.members {
            situation = situation.recorded(member.id) { $0.parameters = running[member.id] ?? new }
        }
        return situation
    }

    private static func configure(_ ids: String...) -> Step { .configure(members: ids, wanted) }

    static let cases = [
        PlanCase("as it should be", group()),
        PlanCase("all are late", group(running: [first: old, second: old, third: old]), steps: [configure(first, second, third)]),
        PlanCase("one was never told", group(running: [second: nil]), steps: [configure(second)]),
        PlanCase(
            "it is not sure that it took them", group(running: [second: RunningParameters(immediate: nil, atStart: "1")]),
            steps: [configure(second)]),
        PlanCase("what counts from a start only waits for it", group(running: [first: RunningParameters(immediate: "new", atStart: "0")])),
        PlanCase(
            "who does not answer is told later", group(running: [second: old, third: old]).with(second, .silent), steps: [configure(third)]),
        PlanCase(
            "out of place, and told all the same",
            group(running: [third: old]).answering(third) { $0.isLinked = false }, steps: [configure(third)]),
        PlanCase("nobody knows what is wanted", group(running: [first: old], wanted: nil)),
        PlanCase(
            "a cluster's nodes", group(.enabled(shards: 2, replicas: 0), running: ["g-0002-001": old]), steps: [configure("g-0002-001")]),
    ]

    @Test(arguments: cases) func plans(_ example: PlanCase) {
        example.check(Parameters.plan(example.situation.group, example.situation.observed))
    }

    @Test func aGroupThatWasModifiedIsAvailableAfterThat() {
        let situation = Self.group(running: [first: Self.old]).with { $0.group.status = .modifying }
        let plan = GroupPlanner.plan(situation.group, situation.observed, situation.rules)
        #expect(plan.steps == [Self.configure(first), .becomeAvailable])
    }

    @Test func aFailoverComesFirst() {
        let situation = Self.group(running: [second: Self.old]).with(first, .exited(detail: ""))
        let plan = GroupPlanner.plan(situation.group, situation.observed, situation.rules)
        #expect(plan.steps.contains(.promote(member: second)))
        #expect(!plan.steps.contains(Self.configure(second)))
    }

    @Test func whatIsRefusedIsOfTheGroupsOwn() {
        let running = Self.wanted.given(to: Self.old, refused: [1: "no", 2: "too much"])
        #expect(running.immediate == "new" && running.atStart == "1")
        #expect(
            running.withoutEffect.map(\.name) == [
                "client-output-buffer-limit-pubsub-hard-limit", "client-output-buffer-limit-pubsub-soft-limit", "lua-replicate-commands",
            ])
        #expect(running.withoutEffect[0].reason == "the engine refuses it: too much")
        // Of a process that no record speaks of it is taken that it was started with this.
        #expect(Self.wanted.given(to: nil, refused: [:]).atStart == "1")
    }
}
