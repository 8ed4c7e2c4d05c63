import CacheModel
import Engine
import Planning
import Testing

@testable import ControlPlane

@Suite struct NodeParametersTests {
    private static let build = EngineBuild(
        kind: .valkey, version: .init(9, 1, 2), path: "/opt/valkey", servesTLS: true, bindsWhileRunning: true, disklessLoads: [],
        parameters: ["timeout", "databases", "maxmemory", "maxclients", "activedefrag", "activerehashing", "maxmemory-policy"], deniable: []
    )

    private static func parameters(_ family: String, _ changes: [String: String] = [:]) async throws -> NodeParameters {
        let fixture = try await Fixture()
        try await fixture.create("g", "EngineVersion=4.0.10").expectSuccess()
        let group = ParameterGroup(realm: Fixture.home, name: "p", family: family, description: "d", changes: changes)
        let definition = try #require(ParameterGroupDefinition(group))
        let user = try #require(fixture.group("g"))
        return try #require(NodeParameters(definition, of: user, build, .real))
    }

    private static func value(_ name: String, _ start: StartParameters) -> String? { start.values.first { $0.name == name }?.value }

    @Test func whatIsSetWhileANodeRuns() async throws {
        let wanted = try await Self.parameters("redis4.0", ["timeout": "20", "activerehashing": "no"]).wanted
        let byName = Dictionary(wanted.settings.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        #expect(byName["timeout"] == .init(name: "timeout", value: "20", changed: ["timeout": "20"]))
        #expect(byName["maxmemory"] == .init(name: "maxmemory", value: "402653184"))
        #expect(byName["client-output-buffer-limit"]?.value == "normal 0 0 0")
        #expect(byName["activerehashing"] == nil && byName["databases"] == nil && byName["maxclients"] == nil)
    }

    @Test func whatANodeMakesNothingOf() async throws {
        let changes = [
            "close-on-slave-write": "no", "lfu-log-factor": "5", "reserved-memory-percent": "10", "timeout": "20", "slowlog-max-len": "128",
        ]
        let wanted = try await Self.parameters("redis4.0", changes).wanted
        #expect(
            wanted.withoutEffect == [
                .init(name: "close-on-slave-write", value: "no", reason: "Elastane decides it itself"),
                .init(name: "lfu-log-factor", value: "5", reason: "valkey 9.1.2 has no such parameter"),
            ])
    }

    @Test func whatItIsStartedWith() async throws {
        let parameters = try await Self.parameters("redis4.0", ["timeout": "20", "activedefrag": "yes", "activerehashing": "no"])
        let places = parameters.changed
        #expect(Set(places.map { parameters.wanted.settings[$0].name }) == ["timeout", "activedefrag"])
        let all = parameters.start(refused: [:])
        #expect(
            Self.value("timeout", all) == "20" && Self.value("activedefrag", all) == "yes" && Self.value("activerehashing", all) == "no")
        #expect(all.running.immediate == parameters.wanted.fingerprints.immediate && all.running.withoutEffect.isEmpty)

        let defrag = try #require(places.first { parameters.wanted.settings[$0].name == "activedefrag" })
        let some = parameters.start(refused: [defrag: "no jemalloc"])
        #expect(Self.value("timeout", some) == "20" && Self.value("activedefrag", some) == "no")
        #expect(some.running.immediate == parameters.wanted.fingerprints.immediate)
        #expect(some.running.withoutEffect == [.init(name: "activedefrag", value: "yes", reason: "the engine refuses it: no jemalloc")])

        // Nobody could be asked: it is told when it runs.
        let none = parameters.start(refused: nil)
        #expect(Self.value("timeout", none) == "0" && Self.value("activerehashing", none) == "no" && none.running.immediate == nil)
    }

    @Test func whatWasTriedOutIsRemembered() async throws {
        let parameters = try await Self.parameters("redis4.0", ["timeout": "20", "activedefrag": "yes"])
        let build = BuildReference(engine: .valkey, version: "9.1.2", path: "/opt/valkey", movesAddresses: true)
        let asked = Tried()
        let engines = InstalledEngines(
            tryOut: { settings, _ in
                await asked.count(settings.count)
                return settings.map { $0.name == "activedefrag" ? "no jemalloc" : nil }
            }, discover: { EngineCatalog(builds: []) })
        for _ in 0..<2 {
            let start = await parameters.start(by: engines, build)
            #expect(start.running.withoutEffect.map(\.name) == ["activedefrag"] && Self.value("timeout", start) == "20")
        }
        #expect(await asked.total == 2)

        let later = try await Self.parameters("redis4.0", ["timeout": "30"])
        await engines.remember([:], of: later.wanted.settings, by: build)
        #expect(await later.start(by: engines, build).running.immediate == later.wanted.fingerprints.immediate)
        #expect(await asked.total == 2)
    }

    private actor Tried {
        var total = 0
        func count(_ number: Int) { total += number }
    }

    @Test func aGroupThatCanNotBeRead() async throws {
        let fixture = try await Fixture(builds: [.sample(.redis, "7.0.15")])
        try await fixture.create("g", "EngineVersion=7.0").expectSuccess()
        try await fixture.change("g") { $0.parameterGroup = "gone" }
        let group = try #require(fixture.group("g"))
        let catalog = await fixture.tools.engines.catalog()
        var translated = TranslatedParameters()
        let wanted = translated.wanted(group, in: fixture.world, catalog, .real)
        #expect(wanted == nil)
        let start = fixture.world.read { TranslatedParameters.translate(group, in: $0, catalog, .real) }?.start(refused: [:])
        let values = try #require(start)
        #expect(Self.value("maxmemory", values) == "402653184")
    }

    @Test func translatedAnewWhenTheRecordChanges() async throws {
        let fixture = try await Fixture(builds: [.sample(.redis, "7.0.15")])
        try await fixture.parameterGroup("p")
        try await fixture.create("g", "EngineVersion=7.0&CacheParameterGroupName=p").expectSuccess()
        let group = try #require(fixture.group("g"))
        let catalog = await fixture.tools.engines.catalog()
        var translated = TranslatedParameters()
        let before = translated.wanted(group, in: fixture.world, catalog, .real)
        let again = translated.wanted(group, in: fixture.world, catalog, .real)
        #expect(before != nil && again == before)
        try await fixture.call("ModifyCacheParameterGroup", Fixture.form("p", [("timeout", "20")])).expectSuccess()
        let after = translated.wanted(group, in: fixture.world, catalog, .real)
        #expect(after != nil && after?.fingerprints != before?.fingerprints)
    }

    @Test func whatHasNoEffectIsToldOnce() async throws {
        let fixture = try await Fixture()
        try await fixture.available("g")
        let useless = ParameterWithoutEffect(name: "activedefrag", value: "yes", reason: "no jemalloc")
        for mark in ["a", "b"] {
            let running = RunningParameters(immediate: mark, atStart: "1", withoutEffect: [useless])
            try await fixture.perform([.configured(["g-001": running])], on: "g")
            #expect(fixture.group("g")?.members[0].parameters == running)
        }
        #expect(
            fixture.events(of: "g-001") == [
                "The value yes of the parameter activedefrag of CacheParameterGroup default.redis7 has no effect: no jemalloc"
            ])
    }
}
