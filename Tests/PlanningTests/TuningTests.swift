import CacheModel
import Testing

@testable import Planning

@Suite struct TuningTests {
    private static let healthy = Situation.healthy(.disabled())
    private static let cluster = Situation.healthy(.enabled(replicas: 0))

    static func tune(_ id: String, _ name: String, _ value: String) -> Step { .tune(member: id, name: name, value: value) }

    @Test(arguments: [
        PlanCase("as it should be", healthy),
        PlanCase(
            "still forming", healthy.answering(first) { $0.tuning["hz"] = "100" }.answering(third) { $0.tuning["hz"] = "100" },
            steps: [tune(first, "hz", "10"), tune(third, "hz", "10")]),
        PlanCase(
            "unknown is not right", healthy.answering(second) { $0.tuning = [:] },
            steps: [tune(second, "hz", "10"), tune(second, "repl-diskless-sync", "yes")]),
        PlanCase(
            "syncs go straight again", healthy.answering(first) { $0.tuning["repl-diskless-sync"] = "no" },
            steps: [tune(first, "repl-diskless-sync", "yes")]),
        PlanCase("who is silent is not told", healthy.with(second, .silent)),
        PlanCase(
            "a cluster's nodes are given a shorter timeout",
            cluster.answering("g-0001-001") {
                $0.tuning = ["hz": "100", "repl-diskless-sync": "no", "cluster-node-timeout": "60000"]
            },
            steps: [
                tune("g-0001-001", "hz", "10"), tune("g-0001-001", "repl-diskless-sync", "yes"),
                tune("g-0001-001", "cluster-node-timeout", "15000"),
            ]),
        PlanCase(
            "only a cluster's", healthy.answering(first) { $0.tuning["cluster-node-timeout"] = "1" }),
    ])
    func plans(_ example: PlanCase) { example.check(Tuning.plan(example.situation.group, example.situation.observed, example.situation.rules)) }
}
