import CacheModel
import Testing

@testable import Planning

/// From the first to the second, which was asked for.
@Suite struct SwitchoverTests {
    @Test(arguments: beginnings + interruptions + ends)
    func plans(_ example: PlanCase) { example.check(example.situation.roles) }

    private static let healthy = Situation.healthy(.disabled())
    private static let asked = healthy.with { $0.group.nodeGroups[0].successor = second }
    private static let record = Step.recordPrimary(nodeGroup: "0001", member: second, isFailover: true)
    private static let handOver: [Step] = [.handOver(from: first, to: second), record]
    private static let giveUp = Step.bind(member: first, addresses: [ReplicationGroup.address(11)])
    private static let unmoved = Situation.healthy(.disabled(movesAddresses: false)).with { $0.group.nodeGroups[0].successor = second }
    private static let killed = ObservedProcess.exited(detail: "killed")

    /// The primary follows its successor already.
    private static func turned(_ situation: Situation, isLinked: Bool = true) -> Situation {
        situation.answering(first) {
            $0.role = .replica
            $0.follows = ReplicationGroup.address(12)
            $0.isLinked = isLinked
        }
    }

    static let beginnings = [
        PlanCase("linked and close: it hands over, and then it is recorded", asked, steps: handOver),
        PlanCase(
            "a little behind, as one under load is", asked.answering(first) { $0.offset = 100 + Switchover.largestLag }, steps: handOver),
        PlanCase(
            "far behind", asked.answering(first) { $0.offset = 101 + Switchover.largestLag }, waits: ["g-002 has not caught up with g-001"]),
        PlanCase(
            "it is not linked", asked.answering(second) { $0.isLinked = false }, waits: ["g-002 is not linked", "g-002 has not caught up"]),
        PlanCase(
            "it follows another", asked.answering(second) { $0.follows = .localhost }, steps: [.replicate(second)],
            waits: ["has not caught up"]),
        PlanCase("it is down", asked.with(second, killed), steps: [.start(second, follows: first)], waits: ["has not caught up"]),
        PlanCase("it is silent", asked.with(second, .silent), waits: ["g-002 does not answer", "has not caught up"]),
        PlanCase("it loads", asked.with(second, .loading), waits: ["g-002 does not answer", "has not caught up"]),
        PlanCase(
            "its zone is down", asked.dark(second), steps: [.stop(member: second, reason: .zoneDown)], waits: ["has not caught up"]),
        PlanCase(
            "another replica is down: that is no reason to wait, and the switchover comes first", asked.with(third, killed), steps: handOver
        ),
        PlanCase(
            "the primary is asked to become what it is",
            healthy.with { $0.group.nodeGroups[0].successor = first },
            steps: [.recordPrimary(nodeGroup: "0001", member: first, isFailover: false)]),
        PlanCase(
            "the successor is no member any more",
            healthy.with { $0.group.nodeGroups[0].successor = "g-009" },
            steps: [.recordPrimary(nodeGroup: "0001", member: first, isFailover: false)]),
        PlanCase(
            "the primary lacks the endpoint's address: it is to have it before it hands it over",
            asked.answering(first) { $0.boundAddresses.removeLast() }, waits: ["g-001 does not have the endpoint's address"]),
        PlanCase(
            "where engines can't move addresses it need not have it", unmoved.answering(first) { $0.boundAddresses.removeLast() },
            steps: handOver),
        PlanCase("the primary loads", asked.with(first, .loading), waits: ["g-001 is loading"]),
        PlanCase("the primary is silent", asked.with(first, .silent), waits: ["g-001 does not answer"]),
        PlanCase(
            "a cluster too", Situation.healthy(.enabled()).with { $0.group.nodeGroups[0].successor = "g-0001-002" },
            steps: [
                .handOver(from: "g-0001-001", to: "g-0001-002"),
                .recordPrimary(nodeGroup: "0001", member: "g-0001-002", isFailover: true),
            ]),
    ]

    static let interruptions = [
        PlanCase(
            "it gave up, and the other was promoted in vain", asked.claiming(second), steps: [.replicate(second)],
            waits: ["g-002 has not caught up"]),
        PlanCase("both are replicas: the old one has everything", turned(asked, isLinked: false), steps: [.promote(member: first)]),
        PlanCase(
            "both are replicas, and nobody asked for it", turned(healthy, isLinked: false), steps: [.promote(member: first)]),
        PlanCase("done, and not on record", turned(asked.claiming(second)), steps: [giveUp, .release(member: first), record]),
        PlanCase(
            "done, and not linked yet", turned(asked.claiming(second), isLinked: false), steps: [giveUp, .release(member: first), record]),
        PlanCase(
            "done, and the endpoint is given up", turned(asked.claiming(second)).answering(first) { $0.boundAddresses.removeLast() },
            steps: [.release(member: first), record]),
        PlanCase(
            "done, where engines can't move addresses",
            turned(unmoved.claiming(second)), steps: [.release(member: first), record]),
        PlanCase("the other is silent then", turned(asked.with(second, .silent)), waits: ["g-002, which g-001 follows, does not answer"]),
        PlanCase(
            "the other is hung then, and the old one has what it took", turned(asked.silent(second, for: 2)),
            steps: [.stop(member: second, reason: .hung)]),
        PlanCase(
            "the other is hung then, and may have taken what nobody else has", turned(asked.silent(second, for: 2), isLinked: false),
            waits: ["g-002, which g-001 follows, does not answer"]),
        PlanCase(
            "it is silent, and heard by the one it took over from",
            turned(asked.silent(second, for: 9)).heard(first, ago: 1), waits: ["g-002, which g-001 follows, does not answer"]),
    ]

    /// The whole plan keeps the order: nothing is recorded before the rest is done, and no address is taken from the one before.
    @Test func aHandOverThatEndedAfterThePromotionIsCompletedInOrder() {
        let steps = Self.turned(Self.asked.claiming(second)).plan.steps
        let ordered = [Self.giveUp, .release(member: first), Self.record]
        #expect(steps.filter { ordered.contains($0) } == ordered)
    }

    /// What moves with the hand-over is not moved again afterwards.
    @Test func nothingIsBoundAroundAHandOver() {
        let situations = [
            Self.asked,
            Self.healthy.answering(first) { ($0.role, $0.follows, $0.isLinked) = (.replica, ReplicationGroup.address(12), true) }.claiming(
                second),
        ]
        for situation in situations {
            let steps = situation.plan.steps
            #expect(steps.contains { if case .handOver = $0 { true } else { false } })
            #expect(!steps.contains { if case .bind = $0 { true } else { false } }, "\(steps)")
        }
    }

    static let ends = [
        PlanCase(
            "the other died before it began", asked.with(second, .exited(detail: "")), steps: [.start(second, follows: first)],
            waits: ["has not caught up"]),
        PlanCase(
            "the other died before it was promoted", turned(asked.with(second, killed), isLinked: false),
            steps: [.promote(member: first)]),
        PlanCase("the other died after", turned(asked.with(second, killed)), steps: [.promote(member: first)]),
        PlanCase("the primary died after: it is recorded", asked.with(first, killed).claiming(second), steps: [record]),
        PlanCase("the primary died before", asked.with(first, killed), steps: Step.failover(to: second, followedBy: third)),
        PlanCase(
            "the primary died, and the other is silent: it may take writes already", asked.with(first, killed).with(second, .silent),
            waits: ["g-002 does not answer, and may be the primary already"]),
        PlanCase(
            "the primary died, and the other is hung", asked.with(first, killed).silent(second, for: 2),
            steps: [.stop(member: second, reason: .hung)]),
        PlanCase(
            "the primary died, and the other is hung and alone has the data",
            asked.with(first, killed).silent(second, for: 2).with(third, killed),
            waits: ["g-002 does not answer, and may be the primary already"]),
        PlanCase(
            "both died: who else has the data takes over", asked.with(first, killed).with(second, killed),
            steps: Step.failover(to: third, followedBy: [])),
        PlanCase(
            "the primary is hung, and the other is promoted: it is ended before the record",
            asked.with { $0.group.nodeGroups[0].members.removeLast() }.claiming(second).silent(first, for: 2),
            steps: [.stop(member: first, reason: .hung)]),
        PlanCase(
            "recorded: all follow",
            asked.with { $0.group.nodeGroups[0].primary = second }.with { $0.group.nodeGroups[0].successor = nil }
                .claiming(second).answering(first) { ($0.role, $0.follows, $0.isLinked) = (.replica, ReplicationGroup.address(12), true) },
            steps: [.replicate(third, from: second)]),
    ]
}
