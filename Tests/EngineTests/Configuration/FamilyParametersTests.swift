import Testing

@testable import Engine

@Suite struct FamilyParametersTests {
    static let old = EngineBuild.sample(
        .redis, "6.2.14",
        parameters: ["slave-lazy-flush", "replica-lazy-flush", "hash-max-ziplist-entries", "lua-replicate-commands", "databases"])
    static let new = EngineBuild.sample(
        .valkey, "9.1.2",
        parameters: [
            "min-replicas-to-write", "hash-max-listpack-entries", "databases", "cluster-preferred-endpoint-type", "cluster-databases",
            "notify-keyspace-events", "maxmemory-policy",
        ])

    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let value: String
        let build: EngineBuild
        var cluster = false
        let expected: String
        var testDescription: String { "\(name) \(value) on \(build.version)" }
    }

    static let cases: [Case] = [
        Case(name: "maxmemory-policy", value: "volatile-lru", build: new, expected: "maxmemory-policy volatile-lru"),
        Case(name: "notify-keyspace-events", value: "", build: new, expected: "notify-keyspace-events \"\""),
        Case(name: "slave-lazy-flush", value: "no", build: old, expected: "slave-lazy-flush no"),
        Case(name: "min-slaves-to-write", value: "0", build: new, expected: "min-replicas-to-write 0"),
        Case(name: "hash-max-ziplist-entries", value: "512", build: new, expected: "hash-max-listpack-entries 512"),
        Case(name: "hash-max-listpack-entries", value: "512", build: old, expected: "hash-max-ziplist-entries 512"),
        Case(name: "lua-replicate-commands", value: "yes", build: old, expected: "lua-replicate-commands yes"),
        Case(name: "lua-replicate-commands", value: "yes", build: new, expected: "unknownToBuild"),
        Case(name: "search-fanout-target-mode", value: "client", build: new, expected: "unknownToBuild"),
        Case(name: "list-max-ziplist-entries", value: "512", build: old, expected: "unknownToBuild"),
        Case(name: "cluster-preferred-endpoint-type", value: "tls-dynamic", build: new, expected: "cluster-preferred-endpoint-type ip"),
        Case(name: "cluster-databases", value: "0", build: new, expected: "noSuchValue"),
        Case(name: "cluster-databases", value: "4", build: new, cluster: true, expected: "cluster-databases 4"),
        Case(name: "databases", value: "16", build: new, expected: "databases 16"),
        Case(name: "databases", value: "16", build: new, cluster: true, expected: "decidedByService"),
        Case(name: "cluster-enabled", value: "yes", build: new, expected: "decidedByService"),
        Case(name: "reserved-memory-percent", value: "25", build: new, expected: "decidedByService"),
        Case(name: "close-on-replica-write", value: "yes", build: new, expected: "decidedByService"),
        Case(name: "rename-commands", value: "", build: new, expected: "decidedByService"),
        Case(name: "appendonly", value: "yes", build: old, expected: "decidedByService"),
        Case(
            name: "client-output-buffer-limit-slave-soft-seconds", value: "30", build: new,
            expected: "client-output-buffer-limit replica 268435456 67108864 30"),
        Case(name: "client-output-buffer-limit-normal-size", value: "1", build: new, expected: "unknownToBuild"),
    ]

    @Test(arguments: cases) func translation(_ sample: Case) {
        let result = FamilyParameters([(sample.name, sample.value)], for: sample.build, isCluster: sample.cluster)
        let lines = result.lines.map { ConfigurationText.line($0.name, $0.values).trimmingNewline }
        #expect(lines + result.notApplied.map(\.reason.rawValue) == [sample.expected])
    }

    @Test func threeLimitsAreOneLine() {
        let result = FamilyParameters(
            [
                ("client-output-buffer-limit-pubsub-hard-limit", "3"), ("client-output-buffer-limit-normal-hard-limit", "0"),
                ("client-output-buffer-limit-pubsub-soft-limit", "2"), ("client-output-buffer-limit-pubsub-soft-seconds", "1"),
                ("client-output-buffer-limit-normal-soft-limit", "0"), ("client-output-buffer-limit-normal-soft-seconds", "0"),
            ], for: Self.old, isCluster: false)
        #expect(result.lines.map(\.values) == [["normal", "0", "0", "0"], ["pubsub", "3", "2", "1"]])
        let pubsub = ["hard-limit", "soft-limit", "soft-seconds"].map { "client-output-buffer-limit-pubsub-\($0)" }
        #expect(result.lines.last?.parameters == pubsub)
        #expect(result.notApplied.isEmpty)
    }

    @Test(arguments: [
        ("plain-1.2_3/x:y,z", "plain-1.2_3/x:y,z"), ("", "\"\""), ("a b", "\"a b\""), ("say \"hi\"", "\"say \\\"hi\\\"\""),
        ("back\\slash", "\"back\\\\slash\""), ("a\nsave 1 1", "\"a\\nsave 1 1\""), ("\u{1}ü", "\"\\x01\\xc3\\xbc\""),
        ("#hash", "\"#hash\""), ("'q'", "\"'q'\""),
    ])
    func quoting(_ word: String, _ expected: String) {
        #expect(ConfigurationText.quoted(word) == expected)
    }
}

extension String {
    fileprivate var trimmingNewline: String { hasSuffix("\n") ? String(dropLast()) : self }
}
