import CacheModel
import Testing

@testable import Planning

@Suite struct ClusterFormationTests {
    private static let healthy = Situation.healthy(.enabled(shards: 2, replicas: 1, status: .creating))

    @Test(arguments: [
        PlanCase("as it should be", healthy),
        PlanCase(
            "a node is silent", healthy.with("g-0001-002", .silent), waits: ["g-0001-002 has not told"]),
        PlanCase(
            "a node does not speak of a cluster", healthy.answering("g-0001-002") { $0.cluster = nil }, waits: ["g-0001-002 has not told"]),
        PlanCase(
            "the cluster does not serve", healthy.answering("g-0002-001") { $0.cluster?.isServing = false },
            waits: ["g-0002-001 does not see the whole cluster"]),
        PlanCase(
            "a node knows too few", healthy.answering("g-0002-002") { $0.cluster?.knownNodes = 3 },
            waits: ["g-0002-002 does not see the whole cluster"]),
        PlanCase("a node knows more than there are", healthy.answering("g-0002-002") { $0.cluster?.knownNodes = 5 }),
        PlanCase(
            "a primary does not have its slots", healthy.answering("g-0002-001") { $0.cluster?.slots = [SlotRange.all] },
            waits: ["g-0002-001 does not serve the slots of shard 0002"]),
        PlanCase("a replica's slots are its primary's", healthy.answering("g-0002-002") { $0.cluster?.slots = [SlotRange.all] }),
        PlanCase(
            "one that leaves is not asked", healthy.recorded("g-0001-002") { $0.change = .leaving }.with("g-0001-002", .stopped)),
        PlanCase(
            "all at once", healthy.with("g-0001-001", .silent).answering("g-0001-002") { $0.cluster?.isServing = false },
            waits: ["g-0001-001 has not told", "g-0001-002 does not see"]),
    ])
    func waits(_ example: PlanCase) {
        example.check(ClusterFormation.plan(example.situation.group, example.situation.observed))
    }
}
