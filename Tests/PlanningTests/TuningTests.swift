import CacheModel
import Testing

@testable import Planning

@Suite struct TuningTests {
    private static let healthy = Situation.healthy(.disabled())
    private static let cluster = Situation.healthy(.enabled(replicas: 0))
    private static let points = "300 1 60 1000"

    static func tune(_ id: String, _ name: String, _ value: String) -> Step { .tune(member: id, name: name, value: value) }

    /// Of an engine that saves on termination only if it saves at all.
    private static let old = Situation.healthy(
        {
            var group = ReplicationGroup.disabled()
            group.build.version = "6.2.14"
            return group
        }())

    @Test(arguments: values + savers + durabilities)
    func plans(_ example: PlanCase) {
        example.check(Tuning.plan(example.situation.group, example.situation.observed, example.situation.rules))
    }

    static let values = [
        PlanCase("as it should be", healthy),
        PlanCase(
            "still forming: who saves first",
            healthy.answering(first) { $0.tuning["hz"] = "100" }.answering(second) { $0.tuning["hz"] = "100" },
            steps: [tune(second, "hz", "10"), tune(first, "hz", "10")]),
        PlanCase(
            "unknown is not right", healthy.answering(second) { $0.tuning = [:] },
            steps: [
                tune(second, "hz", "10"), tune(second, "repl-diskless-sync", "yes"), tune(second, "save", points),
                tune(second, "appendonly", "no"), tune(second, "shutdown-on-sigterm", "save"),
            ]),
        PlanCase(
            "syncs go straight again", healthy.answering(first) { $0.tuning["repl-diskless-sync"] = "no" },
            steps: [tune(first, "repl-diskless-sync", "yes")]),
        PlanCase(
            "a cluster's nodes are given a shorter timeout",
            cluster.answering("g-0001-001") {
                $0.tuning = ["hz": "100", "repl-diskless-sync": "no", "save": points, "appendonly": "no", "cluster-node-timeout": "60000"]
            },
            steps: [
                tune("g-0001-001", "hz", "10"), tune("g-0001-001", "repl-diskless-sync", "yes"),
                tune("g-0001-001", "shutdown-on-sigterm", "save"), tune("g-0001-001", "cluster-node-timeout", "15000"),
            ]),
        PlanCase(
            "only a cluster's", healthy.answering(first) { $0.tuning["cluster-node-timeout"] = "1" }),
        PlanCase(
            "who is not in its place is not told",
            healthy.answering(first) { ($0.role, $0.tuning) = (.replica, [:]) }.answering(third) { ($0.isLinked, $0.tuning) = (false, [:]) }
        ),
    ]

    static let savers = [
        PlanCase(
            "a replica saves, and its primary no more: first the one, then the other",
            healthy.answering(first) { $0.tuning["save"] = points }.answering(second) { $0.tuning["save"] = "" },
            steps: [tune(second, "save", points), tune(first, "save", "")]),
        PlanCase("the first is silent: another saves", healthy.with(second, .silent), steps: [tune(third, "save", points)]),
        PlanCase(
            "the first is not linked: another saves", healthy.answering(second) { $0.isLinked = false },
            steps: [tune(third, "save", points)]),
        PlanCase(
            "the first is to leave: another saves before it stops", healthy.recorded(second) { $0.change = .leaving },
            steps: [tune(third, "save", points), tune(second, "save", "")]),
        PlanCase(
            "the first is to be rebooted, too", healthy.recorded(second) { $0.change = .rebooting(incarnation: 1) },
            steps: [tune(third, "save", points), tune(second, "save", "")]),
        PlanCase(
            "no replica is linked: the primary saves", healthy.with(second, .stopped).answering(third) { $0.isLinked = false },
            steps: [tune(first, "save", points)]),
        PlanCase("alone, it saves", Situation.healthy(.disabled(nodes: 1))),
        PlanCase(
            "of an old engine everyone saves", old,
            steps: [tune(first, "save", points), tune(third, "save", points)]),
    ]

    static let durabilities = [
        PlanCase("nothing is saved", Situation.healthy(.disabled(), Rules(durability: .none))),
        PlanCase(
            "nothing is to be saved any more", healthy.with { $0.rules.durability = .none },
            steps: ends(first) + [tune(second, "save", "")] + ends(second, third)),
        PlanCase("every write is saved", Situation.healthy(.disabled(), Rules(durability: .always))),
        PlanCase(
            "every write is to be saved from now on", Situation.healthy(.disabled(nodes: 1)).with { $0.rules.durability = .always },
            steps: [tune(first, "save", ""), tune(first, "appendonly", "yes")] + ends(first)),
        PlanCase(
            "what is encrypted at rest keeps no append-only file",
            Situation.healthy(.disabled(nodes: 1)).with { situation in
                situation.rules.durability = .always
                situation.group.atRestEncryption = AtRestEncryption(
                    dataKey: WrappedKey(keeper: .keyring, key: "k", ciphertext: "", context: [:]), keyID: nil)
            }),
    ]

    /// They are not to save when they are told to end any more.
    private static func ends(_ ids: String...) -> [Step] { ids.map { tune($0, "shutdown-on-sigterm", "default") } }

    @Test(arguments: [
        ("6.2.14", false), ("5.0.14", false), ("7.0.15", true), ("7.2", true), ("8.0.1", true), ("10.0", true), ("", false),
    ])
    func knowsWhoSavesOnTermination(version: String, saves: Bool) {
        let build = BuildReference(engine: .redis, version: version, path: "", movesAddresses: true)
        #expect(Tuning.savesOnTermination(build) == saves)
    }
}
