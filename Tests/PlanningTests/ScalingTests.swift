import CacheModel
import Testing

@testable import Planning

@Suite struct ScalingTests {
    @Test(arguments: leaving + joining + done + inCluster)
    func plans(_ example: PlanCase) { example.check(Scaling.plan(example.situation.shard)) }

    private static let healthy = Situation.healthy(.disabled())
    private static func leaves(_ id: String, _ situation: Situation = healthy) -> Situation {
        situation.recorded(id) { $0.change = .leaving }
    }
    private static func joins(_ id: String, _ situation: Situation = healthy) -> Situation {
        situation.recorded(id) { $0.change = .joining }
    }

    static let leaving = [
        PlanCase("it runs", leaves(third), steps: [.remove(member: third)]),
        PlanCase("it ended", leaves(third).with(third, .exited(detail: "")), steps: [.remove(member: third)]),
        PlanCase("it never started", leaves(third).with(third, .absent), steps: [.dropMember(third)]),
        PlanCase("it could not be started", leaves(third).with(third, .refused(.startFailed, detail: "")), steps: [.remove(member: third)]),
        PlanCase("it is ending", leaves(third).with(third, .ending), waits: ["g-003 is ending"]),
        PlanCase("it is gone", leaves(third).with(third, .removed), steps: [.dropMember(third)]),
        PlanCase("two at once", leaves(second, leaves(third)), steps: [.remove(member: second), .remove(member: third)]),
        PlanCase("the primary on record stays, until another is", leaves(first)),
        PlanCase(
            "the primary is down: it may have to take its place", leaves(third).with(first, .exited(detail: "")), waits: ["g-003 stays"]),
        PlanCase("the primary is silent", leaves(third).with(first, .silent), waits: ["g-003 stays"]),
        PlanCase("the primary loads", leaves(third).with(first, .loading), waits: ["g-003 stays"]),
        PlanCase("the primary is none yet", leaves(third).answering(first) { $0.role = .replica }, waits: ["g-003 stays"]),
        PlanCase(
            "one that is gone is dropped whatever the primary does", leaves(third).with(third, .removed).with(first, .silent),
            steps: [.dropMember(third)]),
    ]

    static let joining = [
        PlanCase("linked", joins(third), steps: [.joined(member: third)]),
        PlanCase("not linked", joins(third).answering(third) { $0.isLinked = false }),
        PlanCase("linked to another", joins(third).answering(third) { $0.follows = .localhost }),
        PlanCase("silent", joins(third).with(third, .silent)),
        PlanCase("it became the primary meanwhile", joins(first), steps: [.joined(member: first)]),
        PlanCase(
            "its zone is down: it is given up", joins(third).with(third, .stopped).dark(third),
            steps: [.abandon(member: third, reason: "Availability zone us-east-1a is down")]),
        PlanCase(
            "it can't be started", joins(third).with(third, .refused(.startFailed, detail: "why")),
            steps: [.abandon(member: third, reason: "g-003 could not be started: why")]),
        PlanCase("it has ended a few times", joins(third).with(third, .exited(detail: ""), starts: 4)),
        PlanCase(
            "it has ended too often", joins(third).with(third, .exited(detail: "why"), starts: 5),
            steps: [.abandon(member: third, reason: "g-003 ended 5 times: why")]),
        PlanCase("it became the primary meanwhile, and its zone is down", joins(first).with(first, .stopped).dark(first)),
        PlanCase(
            "the primary is down: it may have to take its place",
            joins(third).with(third, .stopped).dark(third).with(first, .exited(detail: ""))),
        PlanCase("the primary is none yet", joins(third).with(third, .stopped).dark(third).answering(first) { $0.role = .replica }),
        PlanCase("one that has joined is not given up", healthy.with(third, .stopped).dark(third)),
    ]

    private static func rebooting(_ id: String, _ incarnation: Int) -> Situation {
        healthy.recorded(id) { $0.change = .rebooting(incarnation: incarnation) }
    }

    private static func tested(_ primary: String, _ incarnation: Int) -> Situation {
        healthy.with { $0.group.nodeGroups[0].testFailover = TestFailover(primary: primary, incarnation: incarnation) }
    }

    static let done = [
        PlanCase("not rebooted yet", rebooting(first, 1)),
        PlanCase("a primary is back", rebooting(first, 0), steps: [.rebooted(member: first)]),
        PlanCase("a replica is back", rebooting(second, 0), steps: [.rebooted(member: second)]),
        PlanCase("it is back and loads", rebooting(first, 0).with(first, .loading)),
        PlanCase("it is back and not linked", rebooting(second, 0).answering(second) { $0.isLinked = false }),
        PlanCase("a test that has not begun", tested(first, 1)),
        PlanCase("the failed primary is back as a replica", tested(second, 0), steps: [.failoverTested(nodeGroup: "0001")]),
        PlanCase("it is not linked yet", tested(second, 0).answering(second) { $0.isLinked = false }),
        PlanCase("it was started in its place again", tested(first, 0), steps: [.failoverTested(nodeGroup: "0001")]),
        PlanCase("it is no member any more", tested("g-009", 1), steps: [.failoverTested(nodeGroup: "0001")]),
        PlanCase(
            "nothing is done before the group stands",
            Situation.healthy(.disabled(status: .creating)).recorded(third) { $0.change = .joining }),
    ]

    private static let one = "g-0001-001"
    private static let two = "g-0001-002"
    private static let three = "g-0001-003"
    private static let cluster = Situation.healthy(.enabled())
    private static func known(to ids: String..., situation: Situation) -> Situation {
        ids.reduce(situation) { $0.answering($1) { $0.cluster?.strangers = ["node \(three)"] } }
    }
    private static func unknown(to ids: String..., situation: Situation) -> Situation {
        ids.reduce(situation) { $0.answering($1) { $0.cluster?.unknownMembers = [three] } }
    }
    private static let gone = leaves(three, cluster).with(three, .removed)

    static let inCluster = [
        PlanCase("it runs: nobody forgets it yet", leaves(three, known(to: one, two, situation: cluster)), steps: [.remove(member: three)]),
        PlanCase(
            "gone: it is forgotten by all", known(to: one, two, situation: gone),
            steps: [.forgetNodes(member: one, nodes: ["node \(three)"]), .forgetNodes(member: two, nodes: ["node \(three)"])]),
        PlanCase("by one of them already", known(to: two, situation: gone), steps: [.forgetNodes(member: two, nodes: ["node \(three)"])]),
        PlanCase("by all", gone, steps: [.dropMember(three)]),
        PlanCase(
            "a stranger is not it, and is forgotten, too", gone.answering(one) { $0.cluster?.strangers = ["other"] },
            steps: [.dropMember(three), .forgetNodes(member: one, nodes: ["other"])]),
        PlanCase(
            "a stranger is forgotten by whoever knows it", cluster.answering(three) { $0.cluster?.strangers = ["other"] },
            steps: [.forgetNodes(member: three, nodes: ["other"])]),
        PlanCase(
            "one that leaves and still runs is none", leaves(three, known(to: one, situation: cluster)), steps: [.remove(member: three)]),
        PlanCase("one is silent, and may know it", gone.with(two, .silent), waits: ["\(two) must answer before \(three)"]),
        PlanCase("one is down", gone.with(two, .stopped), steps: [.dropMember(three)]),
        PlanCase(
            "a new one is introduced to those who do not know it", unknown(to: one, two, situation: joins(three, cluster)),
            steps: [.introduce(newcomer: three, to: one), .introduce(newcomer: three, to: two)]),
        PlanCase("to one of them", unknown(to: two, situation: joins(three, cluster)), steps: [.introduce(newcomer: three, to: two)]),
        PlanCase("not before it answers", unknown(to: one, two, situation: joins(three, cluster)).with(three, .silent)),
        PlanCase(
            "known to all, and to one not as its primary's replica",
            joins(three, cluster).answering(two) { $0.cluster?.misplacedMembers = [three] }, waits: ["not all know \(three)"]),
        PlanCase(
            "another is not in its place there: that is another matter",
            joins(three, cluster).answering(one) { $0.cluster?.misplacedMembers = [two] }, steps: [.joined(member: three)]),
        PlanCase("known to all", joins(three, cluster), steps: [.joined(member: three)]),
        PlanCase("known, and the cluster does not serve", joins(three, cluster).answering(three) { $0.cluster?.isServing = false }),
        PlanCase("one that leaves is not introduced", unknown(to: one, situation: leaves(three, cluster)), steps: [.remove(member: three)]),
    ]

    /// One plan that promoted a member and removed it would leave nothing.
    @Test func theOnlyOneThatIsFitStays() {
        let situation = Self.leaves(second).with(first, .exited(detail: "")).with(third, .exited(detail: ""))
        let plan = situation.plan
        #expect(plan.steps.prefix(4) == ([.endHistory(nodeGroup: "0001")] + Step.failover(to: second, followedBy: []))[...])
        #expect(!plan.steps.contains(.remove(member: second)))
    }
}
