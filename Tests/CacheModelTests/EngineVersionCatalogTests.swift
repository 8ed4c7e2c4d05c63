import CacheModel
import Testing

struct EngineVersionCatalogTests {
    @Test(arguments: [
        (EngineKind.redis, "2.6.13", "2.6.13", "redis2.6"), (.redis, "2.8.24", "2.8.24", "redis2.8"),
        (.redis, "3.2.4", "3.2.4", "redis3.2"),
        (.redis, "4.0.10", "4.0.10", "redis4.0"), (.redis, "5.0.6", "5.0.6", "redis5.0"), (.redis, "6.0", "6.0.5", "redis6.x"),
        (.redis, "6.2", "6.2.6", "redis6.x"), (.redis, "6.x", "6.2.6", "redis6.x"), (.redis, "7.0", "7.0.7", "redis7"),
        (.redis, "7.1", "7.1.0", "redis7"), (.redis, "", "7.1.0", "redis7"), (.valkey, "7.2", "7.2.6", "valkey7"),
        (.valkey, "8.0", "8.0.1", "valkey8"), (.valkey, "8.1", "8.1.0", "valkey8"), (.valkey, "8.2", "8.2.0", "valkey8"),
        (.valkey, "9.0", "9.0.0", "valkey9"), (.valkey, "9.1", "9.1.0", "valkey9"), (.valkey, "", "8.0.1", "valkey8"),
    ])
    func resolved(engine: EngineKind, version: String, full: String, family: String) throws {
        let release = try EngineVersionCatalog.resolve(engine: engine, version: version)
        #expect(release.fullVersion.description == full)
        #expect(release.family == family)
        #expect(release.versionDescription == "\(engine.rawValue) version \(full)")
    }

    @Test(arguments: [
        (EngineKind.redis, "99.9"), (.redis, "7"), (.redis, "7.x"), (.redis, "7.2"), (.redis, "7.4"), (.redis, "7.0.7"), (.redis, "6.2.6"),
        (.redis, "4.0.13"), (.redis, "5.0"), (.redis, "8.0"), (.redis, " 7.0"), (.redis, "6.X"), (.redis, "redis7"), (.valkey, "7.0"),
        (.valkey, "6.x"), (.valkey, "8.0.1"), (.valkey, "8.x"), (.valkey, "9.2"),
    ])
    func notFound(engine: EngineKind, version: String) {
        #expect(throws: EngineVersionCatalog.Failure.notFound) { try EngineVersionCatalog.resolve(engine: engine, version: version) }
    }

    @Test func absentIsTheDefault() throws {
        for engine in EngineKind.allCases {
            let release = try EngineVersionCatalog.resolve(engine: engine, version: nil)
            #expect(release.name == EngineVersionCatalog.defaultName(engine))
        }
    }

    @Test func aliasKeepsTheRealName() throws {
        #expect(try EngineVersionCatalog.resolve(engine: .redis, version: "6.x").name == "6.2")
    }

    @Test func ordered() {
        let names = EngineVersionCatalog.releases.map { "\($0.engine.rawValue) \($0.name)" }
        #expect(names == names.sorted())
        #expect(names.count == 26)
        #expect(Array(names.prefix(3)) == ["redis 2.6.13", "redis 2.8.19", "redis 2.8.21"])
    }

    @Test func everyFamilyExists() {
        for release in EngineVersionCatalog.releases {
            #expect(ParameterFamily(release.family)?.engine == release.engine.rawValue)
        }
        let families = EngineVersionCatalog.releases.map(\.family) + MemcachedRelease.all.map(\.family.name)
        #expect(Set(families) == Set(ParameterFamily.all.map(\.name)))
    }
}
