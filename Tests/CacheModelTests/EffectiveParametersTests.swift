import Testing

@testable import CacheModel

@Suite struct EffectiveParametersTests {
    private static let realm = Realm(region: "us-east-1", account: "000000000000")

    private static func group(_ family: String, _ changes: [String: String] = [:]) throws -> ParameterGroupDefinition {
        try #require(ParameterGroupDefinition(ParameterGroup(realm: realm, name: "g", family: family, description: "", changes: changes)))
    }

    private static func effective(
        _ family: String, _ changes: [String: String] = [:], type: String = "cache.t3.micro", version: String = "7.0.7"
    ) throws -> EffectiveParameters {
        try group(family, changes).effective(nodeType: #require(NodeTypeCatalog.real[type]), version: #require(EngineVersion(version)))
    }

    private static func value(_ name: String, _ parameters: EffectiveParameters) -> String? {
        parameters.values.first { $0.name == name }?.value
    }

    /// cache.t3.micro has 536,870,912 bytes.
    @Test(arguments: [
        ("redis7", [:], "402653184"), ("redis7", ["reserved-memory-percent": "0"], "536870912"),
        ("redis7", ["reserved-memory-percent": "50"], "268435456"), ("redis7", ["reserved-memory-percent": "100"], "1"),
        ("redis7", ["reserved-memory": "36870912"], "500000000"), ("redis7", ["reserved-memory": "0"], "536870912"),
        ("redis7", ["reserved-memory": "9000000000000000000"], "1"), ("redis2.8", [:], "536870912"),
        ("redis2.8", ["reserved-memory": "36870912"], "500000000"), ("redis3.2", [:], "402653184"), ("valkey9", [:], "402653184"),
    ])
    func memoryIsReserved(family: String, changes: [String: String], maxmemory: String) throws {
        #expect(Self.value("maxmemory", try Self.effective(family, changes)) == maxmemory)
    }

    @Test func whatIsChanged() throws {
        let parameters = try Self.effective("redis7", ["timeout": "20", "maxmemory-policy": "volatile-lru"])
        #expect(parameters.values.filter(\.isChanged).map(\.name) == ["timeout"])
        #expect(parameters.values.filter(\.needsReboot).map(\.name) == ["cluster-enabled", "databases", "maxclients"])
        #expect(parameters.values.map(\.name) == parameters.values.map(\.name).sorted())
    }

    @Test func whatTheVersionIsTooOldFor() throws {
        let changes = ["search-fanout-target-mode": "throughput", "timeout": "20"]
        #expect(try Self.effective("valkey8", changes, version: "8.0.1").tooNew == ["search-fanout-target-mode": EngineVersion(8, 2, 0)])
        #expect(try Self.effective("valkey8", changes, version: "8.2.0").tooNew.isEmpty)
    }

    @Test(
        arguments: [
            ([:], false, false), (["timeout": "0"], false, false), (["timeout": "20"], true, false),
            (["activerehashing": "no"], false, true),
            (["reserved-memory": "1"], true, false), (["timeout": "20", "databases": "17"], true, true),
        ] as [([String: String], Bool, Bool)])
    func fingerprints(changes: [String: String], immediate: Bool, atStart: Bool) throws {
        let before = try Self.effective("redis4.0").fingerprints
        let after = try Self.effective("redis4.0", changes).fingerprints
        #expect((before.immediate != after.immediate) == immediate && (before.atStart != after.atStart) == atStart)
    }

    @Test func fingerprintsAreOfTheNodeTypeToo() throws {
        let small = try Self.effective("redis7").fingerprints
        let large = try Self.effective("redis7", type: "cache.m5.large").fingerprints
        #expect(small.immediate != large.immediate && small.atStart != large.atStart)
    }

    @Test func aFingerprintIsTheSameForEver() throws {
        #expect(ParameterFingerprints([]) == ParameterFingerprints(immediate: "cbf29ce484222325", atStart: "cbf29ce484222325"))
    }

    @Test(arguments: [("redis7", [:], false), ("redis7", ["cluster-enabled": "yes"], true), ("redis2.8", [:], false)])
    func clusterMode(family: String, changes: [String: String], isOn: Bool) throws {
        #expect(try Self.group(family, changes).clusterOn == isOn)
    }

    @Test func defaultGroups() throws {
        let group = ParameterGroupDefinition(try #require(DefaultParameterGroup(name: "default.redis7.cluster.on")))
        #expect(group.clusterOn && group.isDefault && group.settled == ["cluster-enabled": "yes", "databases": "16"])
    }
}
