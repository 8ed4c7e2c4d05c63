import CacheModel
import Testing

@testable import Planning

/// What can't be done in time is given up; what can be done, or must be completed, is not.
@Suite struct PatienceTests {
    @Test(arguments: switchovers + joining + leaving + reboots + failoverTests)
    func plans(_ example: PlanCase) {
        let plan = Roles.plan(example.situation.shard) + Scaling.plan(example.situation.shard)
        example.check(plan)
    }

    private static let healthy = Situation.healthy(.disabled())
    private static let withoutFailover = Situation.healthy(.disabled(automaticFailover: false))
    private static let killed = ObservedProcess.exited(detail: "killed")

    /// The same with a wish that has waited for longer than anybody waits.
    private static func late(_ wish: Wish, _ situation: Situation) -> Situation {
        situation.with { $0.observed.waited[wish] = $0.rules.patience }
    }

    private static func givenUp(_ wish: Wish, _ reason: String) -> Step { .giveUp(wish, reason: "it took too long: \(reason)") }

    // MARK: Switchovers

    private static let switchover = Wish.switchover(nodeGroup: "0001")
    private static func asked(_ situation: Situation = withoutFailover) -> Situation {
        late(switchover, situation.with { $0.group.nodeGroups[0].successor = second })
    }

    /// The primary follows its successor already.
    private static func turned(_ situation: Situation) -> Situation {
        situation.answering(first) { ($0.role, $0.follows) = (.replica, ReplicationGroup.address(12)) }
    }

    static let switchovers = [
        PlanCase(
            "a moment before",
            asked().answering(second) { $0.isLinked = false }.with {
                $0.observed.waited[switchover] = $0.rules.patience - .milliseconds(1)
            }, waits: ["g-002 is not linked", "g-002 has not caught up"]),
        PlanCase(
            "it never links", asked().answering(second) { $0.isLinked = false },
            steps: [givenUp(switchover, "g-002 is not linked to g-001")], waits: ["g-002 is not linked"]),
        PlanCase(
            "another replica is no reason", asked().answering(third) { $0.isLinked = false }.answering(second) { $0.offset = 0 },
            steps: [givenUp(switchover, "g-003 is not linked to g-001")], waits: ["g-003 is not linked"]),
        PlanCase("its order fails each time", asked(), steps: [givenUp(switchover, "its last step did not succeed")]),
        PlanCase(
            "it does not answer", asked().with(second, .silent), steps: [givenUp(switchover, "g-002 does not answer")],
            waits: ["g-002 does not answer"]),
        PlanCase(
            "its zone is down", asked().with(second, .stopped).dark(second),
            steps: [givenUp(switchover, "Availability zone us-east-1a of g-002 is down")], waits: ["zone us-east-1a of g-002 is down"]),
        PlanCase(
            "the primary's zone is down, and automatic failover off", asked().with(first, .stopped).dark(first),
            steps: [givenUp(switchover, "Availability zone us-east-1a of g-001 is down")], waits: ["zone us-east-1a of g-001 is down"]),
        PlanCase(
            "the primary hangs, and nobody else has its data",
            asked().silent(first, for: 900).answering(second) { ($0.isLinked, $0.hasSynced) = (false, false) }
                .answering(third) { ($0.isLinked, $0.hasSynced) = (false, false) },
            steps: [givenUp(switchover, "g-001 does not answer")], waits: ["g-001 does not answer"]),
        PlanCase(
            "with automatic failover a replica takes over, which ends it", asked(healthy).with(first, killed),
            steps: Step.failover(to: second, followedBy: third)),
        PlanCase(
            "it is done, and not on record: it is recorded", turned(asked().claiming(second)),
            steps: [
                .bind(member: first, addresses: [ReplicationGroup.address(11)]), .release(member: first),
                .recordPrimary(nodeGroup: "0001", member: second, isFailover: true),
            ]),
        PlanCase("both are replicas: it is taken back first", turned(asked()), steps: [.promote(member: first)]),
        PlanCase(
            "the primary has turned, and the other is silent: it may take writes", turned(asked().with(second, .silent)),
            waits: ["g-002, which g-001 follows, does not answer"]),
        PlanCase(
            "the primary died, and the other is silent: it may take writes", asked().with(first, killed).with(second, .silent),
            waits: ["g-002 does not answer, and may be the primary already"]),
        PlanCase(
            "it was promoted in vain: it follows first", asked().claiming(second), steps: [.replicate(second)]),
    ]

    // MARK: Members that come and go

    private static let addition = Wish.addition(member: third)
    private static func joins(_ situation: Situation) -> Situation {
        late(addition, situation.recorded(third) { $0.change = .joining })
    }
    private static func syncs(_ situation: Situation) -> Situation {
        situation.answering(third) { ($0.isLinked, $0.hasSynced, $0.isSyncing) = (false, false, true) }
    }
    private static func abandoned(_ reason: String, _ member: String = third) -> Step {
        .abandon(member: member, reason: "it took too long: \(reason)")
    }

    static let joining = [
        PlanCase("it is linked", joins(healthy), steps: [.joined(member: third)]),
        PlanCase(
            "it never links", joins(healthy).answering(third) { $0.isLinked = false },
            steps: [abandoned("g-003 is not linked to g-001")], waits: ["g-003 is not linked"]),
        PlanCase(
            "it is in the middle of its first sync", syncs(joins(healthy)),
            waits: ["g-003 is not linked", "g-003 is in the middle of its first sync"]),
        PlanCase(
            "it syncs again and again", syncs(joins(healthy)).with { $0.observed.waited[addition] = $0.rules.syncPatience },
            steps: [abandoned("g-003 is not linked to g-001")], waits: ["g-003 is not linked"]),
        PlanCase(
            "it does not answer", joins(healthy).with(third, .silent), steps: [abandoned("g-003 does not answer")],
            waits: ["g-003 does not answer"]),
        PlanCase(
            "the primary's zone is down, and it has nothing yet",
            joins(withoutFailover).with(first, .stopped).dark(first).with(third, .absent),
            steps: [abandoned("Availability zone us-east-1a of g-001 is down")], waits: ["zone us-east-1a of g-001 is down"]),
        PlanCase(
            "the primary's zone is down, and what it has may be needed", joins(withoutFailover).with(first, .stopped).dark(first),
            steps: [.joined(member: third)], waits: ["zone us-east-1a of g-001 is down"]),
        PlanCase(
            "it became the primary meanwhile, and its zone is down",
            late(.addition(member: first), withoutFailover.recorded(first) { $0.change = .joining }).with(first, .stopped).dark(first),
            steps: [.joined(member: first)], waits: ["zone us-east-1a of g-001 is down"]),
        PlanCase(
            "a cluster's waits for another shard",
            late(
                .addition(member: "g-0001-002"),
                Situation.healthy(.enabled(shards: 2, replicas: 1)).recorded("g-0001-002") { $0.change = .joining }
            ).answering("g-0001-002") { $0.cluster?.isServing = false }.with("g-0002-001", killed),
            steps: [abandoned("g-0002-001 is not running", "g-0001-002")]),
    ]

    private static let removal = Wish.removal(member: third)
    private static func leaves(_ situation: Situation) -> Situation {
        late(removal, situation.recorded(third) { $0.change = .leaving })
    }
    private static let cluster = Situation.healthy(.enabled())
    private static let last = "g-0001-003"
    private static let gone = late(.removal(member: last), cluster.recorded(last) { $0.change = .leaving }).with(last, .removed)

    static let leaving = [
        PlanCase("it runs", leaves(healthy), steps: [.remove(member: third)]),
        PlanCase(
            "there is no primary", leaves(withoutFailover).with(first, .stopped).dark(first),
            steps: [givenUp(removal, "Availability zone us-east-1a of g-001 is down")], waits: ["zone us-east-1a of g-001 is down"]),
        PlanCase(
            "there is no primary, and it never had anything",
            leaves(withoutFailover).with(first, .stopped).dark(first).answering(third) {
                ($0.isLinked, $0.hasSynced, $0.offset) = (false, false, 0)
            },
            steps: [.remove(member: third)], waits: ["zone us-east-1a of g-001 is down"]),
        PlanCase(
            "a former primary that has not synced yet has what it took",
            leaves(withoutFailover).with(first, .stopped).dark(first).answering(third) { ($0.isLinked, $0.hasSynced) = (false, false) },
            steps: [givenUp(removal, "Availability zone us-east-1a of g-001 is down")], waits: ["zone us-east-1a of g-001 is down"]),
        PlanCase("it does not end", leaves(healthy).with(third, .ending), waits: ["g-003 is ending"]),
        PlanCase(
            "one may know it, and does not answer: it will have it struck when it is back", gone.with("g-0001-002", .silent),
            steps: [.dropMember(last)], waits: ["g-0001-002 does not answer"]),
        PlanCase(
            "not before those who answer have forgotten it",
            gone.with("g-0001-002", .silent).answering("g-0001-001") { $0.cluster?.strangers = ["node \(last)"] },
            steps: [.forgetNodes(member: "g-0001-001", nodes: ["node \(last)"])],
            waits: ["g-0001-002 does not answer", "g-0001-002 must answer"]),
    ]

    // MARK: Reboots and tests of the failover

    private static func rebooting(_ id: String, _ situation: Situation = healthy) -> Situation {
        late(.reboot(member: id), situation.recorded(id) { $0.change = .rebooting(incarnation: 1) })
    }

    static let reboots = [
        PlanCase(
            "a replica never links", rebooting(first).answering(third) { $0.isLinked = false },
            steps: [givenUp(.reboot(member: first), "g-003 is not linked to g-001")], waits: ["g-003 is not linked"]),
        PlanCase(
            "nor is it begun at the last moment", rebooting(second),
            steps: [givenUp(.reboot(member: second), "its last step did not succeed")]),
        PlanCase(
            "it is back", rebooting(first).with(first) { $0.incarnation = 2 }, steps: [.rebooted(member: first)]),
        PlanCase(
            "it does not come back", rebooting(first).with(first, .stopped, mayStart: false),
            steps: [givenUp(.reboot(member: first), "g-001 is not running")], waits: ["g-001 is started again in a moment"]),
    ]

    private static let test = Wish.failoverTest(nodeGroup: "0001")
    private static func tested(_ primary: String, _ incarnation: Int = 1) -> Situation {
        late(test, healthy.with { $0.group.nodeGroups[0].testFailover = TestFailover(primary: primary, incarnation: incarnation) })
    }

    static let failoverTests = [
        PlanCase(
            "a replica never links", tested(first).answering(third) { $0.isLinked = false },
            steps: [givenUp(test, "g-003 is not linked to g-001")], waits: ["g-003 is not linked"]),
        PlanCase("nor is it begun at the last moment", tested(first), steps: [givenUp(test, "its last step did not succeed")]),
        PlanCase("it is over", tested(second, 0), steps: [.failoverTested(nodeGroup: "0001")]),
        PlanCase(
            "the failed primary's zone is down", tested(second, 0).with(second, .stopped).dark(second),
            steps: [givenUp(test, "Availability zone us-east-1a of g-002 is down")], waits: ["zone us-east-1a of g-002 is down"]),
    ]

    // MARK: The group

    private static let modifying = withoutFailover.with { $0.group.status = .modifying }

    /// It is not kept from its next change, although it is not served.
    @Test(arguments: [
        (modifying, true), (modifying.silent(first, for: 900), false), (late(.settings, modifying.silent(first, for: 900)), true),
        (late(.settings, modifying.with(first, .stopped).dark(first)), true),
        (late(.settings, modifying.recorded(third) { $0.change = .leaving }.with(third, .ending)), false),
        (late(.settings, leaves(modifying).with(third, .ending)), true), (late(.settings, leaves(modifying)), false),
        (late(.settings, modifying.with { $0.group.nodeGroups[0].successor = second }.with(second, .silent)), false),
    ])
    func becomesAvailable(situation: Situation, isDone: Bool) {
        #expect(situation.plan.steps.contains(.becomeAvailable) == isDone, "\(situation.plan)")
    }
}
