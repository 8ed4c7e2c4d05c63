import CacheModel
import Testing

@testable import Planning

/// `Roles` with cluster mode enabled.
@Suite struct ClusterRolesTests {
    @Test(arguments: formation + running + hung)
    func plans(_ example: PlanCase) { example.check(example.situation.roles) }

    @Test(arguments: primaryDown + promotions)
    func failsOver(_ example: PlanCase) { example.check(example.situation.roles) }

    private static let one = "g-0001-001"
    private static let two = "g-0001-002"
    private static let three = "g-0001-003"
    private static let all = [SlotRange.all]
    private static let healthy = Situation.healthy(.enabled())
    private static let down = ObservedProcess.exited(detail: "killed")

    static let formation = [
        PlanCase(
            "all absent", .blank(.enabled(status: .creating)),
            steps: [.start(one), .start(two, follows: one), .start(three, follows: one)]),
        PlanCase(
            "all starting", Situation.blank(.enabled(status: .creating)).with(one, .starting).with(two, .starting).with(three, .starting),
            waits: ["\(one) does not answer"]),
        PlanCase(
            "a replica ended while the primary was starting",
            Situation.healthy(.enabled(status: .creating)).with(one, .silent).with(three, down),
            steps: [.start(three, follows: one)], waits: ["\(one) does not answer"]),
        PlanCase(
            "the replicas are not linked yet",
            Situation.healthy(.enabled(status: .creating)).answering(two) { $0.isLinked = false }, waits: ["\(two) is not linked"]),
    ]

    static let running = [
        PlanCase("as it should be", healthy),
        PlanCase("a replica ended", healthy.with(three, down), steps: [.start(three, follows: one)]),
        PlanCase("a replica follows another", healthy.answering(three) { $0.follows = .localhost }, steps: [.replicate(three, from: one)]),
        PlanCase("a node without slots is told to follow", healthy.claiming(three), steps: [.replicate(three, from: one)]),
        PlanCase("a node with slots is left to the cluster", healthy.claiming(three, slots: all), waits: ["\(three) still claims slots"]),
        PlanCase("a loading primary is not failed over", healthy.with(one, .loading), waits: ["\(one) is loading"]),
    ]

    static let primaryDown = [
        PlanCase(
            "a replica takes over, and the old primary stays down until it has", healthy.with(one, down),
            steps: Step.failover(to: two, shard: "0001")),
        PlanCase(
            "only the one that is synced", healthy.with(one, down).answering(two) { $0.offset = 0 },
            steps: Step.failover(to: three, shard: "0001")),
        PlanCase(
            "a silent replica may have the data", healthy.with(one, down).with(two, .silent).with(three, down),
            waits: ["\(two) must answer"]),
        PlanCase(
            "all down: the replicas wait until they have somebody to follow",
            healthy.with(one, down, saved: true).with(two, down).with(three, down), steps: [.start(one)]),
        PlanCase(
            "the cluster had chosen another by itself before its old primary's end was seen",
            healthy.with(one, down).claiming(two, slots: all).answering(three) { $0.follows = ReplicationGroup.address(12) },
            steps: [.recordPrimary(nodeGroup: "0001", member: two, isFailover: true)]),
        PlanCase(
            "an outdated primary that claims slots is not the one: nobody follows it",
            recorded.claiming(one, slots: all).with(two, down).answering(three) { $0.follows = ReplicationGroup.address(12) },
            steps: Step.failover(to: three, shard: "0001")),
        PlanCase(
            "the cluster chose another, and nobody is left to follow it: the old primary will learn of it",
            healthy.with(one, down).claiming(two, slots: all).with(three, down), steps: [.start(one)]),
    ]

    static let hung = [
        PlanCase("hung, and a replica has the data", healthy.silent(one, for: 2), steps: [.stop(member: one, reason: .hung)]),
        PlanCase(
            "hung, and nobody has", healthy.silent(one, for: 2).answering(two) { $0.hasSynced = false }.with(three, .silent),
            waits: ["\(one) does not answer"]),
        PlanCase("silent, and heard", healthy.silent(one, for: 9).heard(three, ago: 0), waits: ["\(one) does not answer"]),
        PlanCase(
            "rebooted: a replica takes over meanwhile",
            healthy.recorded(one) { $0.change = .rebooting(incarnation: 1) }.with(one, .stopped),
            steps: Step.failover(to: two, shard: "0001")),
        PlanCase(
            "back from the dead with the highest epoch, while another is on record: it is the cluster's choice that counts",
            healthy.with { $0.group.nodeGroups[0].primary = two }.claiming(one, slots: all),
            steps: [.recordPrimary(nodeGroup: "0001", member: one, isFailover: true)]),
        PlanCase(
            "two claim the slots: the one on record is left alone until the cluster has settled it",
            healthy.with { $0.group.nodeGroups[0].primary = two }.claiming(one, slots: all).claiming(two, slots: all)
                .answering(three) { $0.follows = ReplicationGroup.address(12) }, waits: ["\(one) still claims slots"]),
    ]

    static let recorded = healthy.with { $0.group.nodeGroups[0].primary = two }.with(one, down)

    static let promotions = [
        PlanCase("recorded, and the order was lost", recorded, steps: [.promote(member: two)]),
        PlanCase(
            "the old primary is not started before another has its slots: the replicas would follow it, whatever it has",
            recorded.with(two, .silent), waits: ["\(two) does not answer"]),
        PlanCase("nor while another loads", recorded.with(two, .loading), waits: ["\(two) is loading"]),
        PlanCase(
            "taken over: the old one comes back", recorded.claiming(two, slots: all),
            steps: [.start(one, follows: two), .replicate(three, from: two)]),
        PlanCase(
            "the cluster chose another by itself", healthy.answering(one) { $0.role = .replica }.claiming(two, slots: all),
            steps: [.recordPrimary(nodeGroup: "0001", member: two, isFailover: true)]),
        PlanCase(
            "no primary, and one is silent", healthy.answering(one) { $0.role = .replica }.with(two, .silent), waits: ["no primary yet"]),
        PlanCase(
            "no primary, and all others are replicas", healthy.answering(one) { $0.role = .replica }, steps: [.promote(member: one)]),
    ]
}
