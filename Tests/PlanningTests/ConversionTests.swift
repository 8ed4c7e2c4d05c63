import CacheModel
import Testing

@testable import Planning

/// A lone cluster that becomes a group: `creating`, and with data that it has served all along.
@Suite struct ConversionTests {
    private static let group = {
        var group = ReplicationGroup.disabled(nodes: 2, status: .creating, automaticFailover: false)
        group.wasAvailable = true
        return group
    }()
    private static let joined = Situation.healthy(group)
    private static let joining = joined.recorded(second) { $0.change = .joining }
    private static let own = ReplicationGroup.address(11)
    private static let endpoint = ReplicationGroup.address(101)
    /// As it is found: its node serves, and nothing else is there.
    private static let alone = joining.with(second) { $0 = ObservedMember() }.with { $0.observed.routes = [:] }
        .answering(first) { $0.boundAddresses = [own] }
    /// While no replica is there to do it.
    private static let saves = TuningTests.tune(first, "save", "300 1 60 1000")
    private static let occupied = ObservedRoute(desired: joined.reader([second]), applied: nil, problem: "address in use")

    @Test(arguments: [
        PlanCase(
            "the node goes on, gets its endpoints and a replica", alone,
            steps: [.start(second, follows: first), .bind(member: first, addresses: [own, endpoint]), .route(joined.reader([]))]),
        PlanCase(
            "a replica syncs",
            joining.answering(second) { ($0.isLinked, $0.hasSynced) = (false, false) }.with {
                $0.observed.routes["g-ro-u1"] = ObservedRoute(desired: $0.reader([]), applied: $0.reader([]))
            }, steps: [saves], waits: ["g-002 is not linked"]),
        PlanCase("a replica is linked", joining, steps: [.joined(member: second)]),
        PlanCase("all is there: available", joined, steps: [.becomeAvailable]),
        PlanCase(
            "a replica that had joined is under repair: available", joined.answering(second) { $0.isLinked = false },
            steps: [.becomeAvailable, saves], waits: ["g-002 is not linked"]),
        PlanCase(
            "but not before its endpoints are served",
            joined.answering(second) { $0.isLinked = false }.with { $0.observed.routes["g-ro-u1"]?.applied = nil },
            steps: [saves], waits: ["g-002 is not linked", "is not served yet"]),
        PlanCase(
            "somebody listens at the primary endpoint",
            joined.answering(first) { $0.boundAddresses = [own] }.with { $0.observed.refusedAddresses = [own, endpoint] },
            steps: [.moveAddress(member: first)]),
        PlanCase(
            "somebody listens at the reader endpoint", joined.with { $0.observed.routes["g-ro-u1"] = occupied },
            steps: [.moveAddress(member: first)]),
        PlanCase(
            "an address that was refused before the group stood is no matter afterwards",
            Situation.healthy(.disabled()).with { $0.observed.refusedAddresses = [endpoint] }),
    ])
    func plans(_ example: PlanCase) { example.check(example.situation.plan) }

    /// It is not given up with the data that it has: only a replica that can't be had is.
    @Test(arguments: [
        joining.with(second, .refused(.startFailed, detail: "why")), joining.with(second, .exited(detail: "why"), starts: 5),
        joining.with(second, .stopped).dark(second), joining.with(first, .exited(detail: "why"), saved: true, starts: 7),
        joining.with(first, .refused(.addressInUse, detail: "why"), saved: true, starts: 40),
    ])
    func neverFails(_ situation: Situation) {
        for step in situation.plan.steps {
            switch step {
            case .fail, .remove(member: first), .moveAddress(member: first): Issue.record("\(step)")
            default: continue
            }
        }
    }

    @Test func anEndedNodeIsStartedOnItsData() {
        let ended = Self.joining.with(first, .exited(detail: "why"), saved: true).with(second) { $0 = ObservedMember() }
        #expect(ended.plan.steps.contains(.start(first)))
    }
}
