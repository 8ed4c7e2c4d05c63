import CacheModel
import Testing

@testable import Planning

@Suite struct ClusterFoundingTests {
    private static let one = "g-0001-001"
    private static let two = "g-0002-001"
    private static let creating = ReplicationGroup.enabled(shards: 2, replicas: 1, status: .creating)
    private static let blank = Situation.blank(creating)

    /// A primary that has just started: the replica of its predecessor.
    private static func newborn(_ id: String, _ situation: Situation) -> Situation {
        let state = EngineState(role: .replica, cluster: ClusterState(isServing: false, knownNodes: 3, slots: []))
        return situation.with(id, .answering(state))
    }

    private static func founder(_ id: String, knows slots: Int, strangers: [String] = ["p1", "p2"], _ situation: Situation) -> Situation {
        situation.claiming(id).answering(id) {
            $0.cluster?.memberSlots = slots
            $0.cluster?.strangers = strangers
        }
    }

    private static let all = SlotRange.slotCount

    @Test(arguments: [
        PlanCase("only the primaries start at first", blank, steps: [.start(one), .start(two)]),
        PlanCase(
            "both starting", blank.with(one, .starting).with(two, .starting), waits: ["\(one) does not answer", "\(two) does not answer"]),
        PlanCase(
            "the first that answers takes over, whatever the others do", newborn(one, blank).with(two, .silent),
            steps: [.promote(member: one)], waits: ["\(two) does not answer"]),
        PlanCase(
            "one ended", newborn(one, blank).with(two, .exited(detail: "")), steps: [.promote(member: one), .start(two)]),
        PlanCase(
            "one's address is in use", newborn(one, blank).with(two, .refused(.addressInUse, detail: "")),
            steps: [.promote(member: one), .moveAddress(member: two)]),
        PlanCase(
            "a primary that does not know all owners keeps its predecessors",
            founder(one, knows: all, founder(two, knows: 8192, blank)), waits: ["\(two) does not know the owners of all slots"]),
        PlanCase(
            "all know all: the predecessors are forgotten", founder(one, knows: all, founder(two, knows: all, strangers: [], blank)),
            steps: [.forgetNodes(member: one, nodes: ["p1", "p2"])]),
    ])
    func founds(_ example: PlanCase) {
        let plan = ClusterFounding.plan(example.situation.group, example.situation.observed, Rules())
        example.check(plan ?? Plan())
        #expect(plan != nil)
    }

    @Test func foundedIsFounded() {
        let founded = Self.founder(
            Self.one, knows: Self.all, strangers: [], Self.founder(Self.two, knows: Self.all, strangers: [], Self.blank))
        #expect(ClusterFounding.plan(founded.group, founded.observed, Rules()) == nil)
        let started = founded.plan.steps.filter { if case .start = $0 { true } else { false } }
        #expect(started == [.start("g-0001-002", follows: Self.one), .start("g-0002-002", follows: Self.two)])
    }

    /// Its data counts by then: no predecessor, no table written anew.
    @Test func aGroupThatWasAvailableIsNotFoundedAgain() {
        let running = Situation.healthy(.enabled(shards: 2, replicas: 1)).answering(Self.one) {
            $0.cluster?.memberSlots = 0
            $0.cluster?.strangers = ["p1"]
        }
        #expect(running.plan == .do(.forgetNodes(member: Self.one, nodes: ["p1"])))
    }
}
