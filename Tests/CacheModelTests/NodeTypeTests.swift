import CacheModel
import Testing

struct NodeTypeTests {
    @Test func count() {
        #expect(NodeTypeCatalog.real.all.count == 112)
        #expect(Set(NodeTypeCatalog.real.all.map(\.name)).count == 112)
    }

    @Test(arguments: [
        ("cache.t1.micro", 142_606_336, 65000, "2.6.13"), ("cache.t2.micro", 581_959_680, 20000, "2.8.19"),
        ("cache.t3.small", 1_471_026_299, 46000, "3.2.4"), ("cache.t4g.micro", 536_870_912, 20000, "3.2.4"),
        ("cache.t4g.small", 1_471_026_299, 65000, "5.0.6"), ("cache.m3.medium", 2_988_441_600, 65000, "2.6.13"),
        ("cache.m4.xlarge", 15_328_501_760, 65000, "3.2.4"), ("cache.r3.8xlarge", 254_384_537_600, 65000, "2.8.6"),
        ("cache.m7g.16xlarge", 225_000_375_228, 65000, "6.2.0"), ("cache.r5.24xlarge", 682_485_973_811, 65000, "3.2.4"),
    ])
    func values(name: String, maxmemory: Int, maxclients: Int, version: String) throws {
        let type = try #require(NodeTypeCatalog.real[name])
        #expect(type.name == name)
        #expect(type.maxmemory == maxmemory)
        #expect(type.maxclients == maxclients)
        #expect(type.minimumRedisVersion == EngineVersion(version))
    }

    @Test(arguments: [("cache.t2.micro", 58_195_968), ("cache.t1.micro", 14_260_633), ("cache.m8g.large", 729_417_882)])
    func outputBuffers(name: String, limit: Int) {
        #expect(NodeTypeCatalog.real[name]?.outputBufferLimit == limit)
    }

    @Test func everyValueIsThere() {
        for type in NodeTypeCatalog.real.all {
            #expect(type.maxmemory > 100_000_000 && type.outputBufferLimit > 10_000_000 && type.maxclients >= 20000)
            #expect(type.valkeyOnly ? type.supportsValkey : true)
        }
    }

    @Test func features() throws {
        let t1 = try #require(NodeTypeCatalog.real["cache.t1.micro"])
        #expect(t1.features.isEmpty && t1.generation == .previous && t1.family == "t1")
        let r6gd = try #require(NodeTypeCatalog.real["cache.r6gd.xlarge"])
        #expect(r6gd.hasDataTiering && r6gd.supportsEncryption && r6gd.supportsAutomaticFailover && r6gd.supportsSnapshots)
        #expect(NodeTypeCatalog.real.all.filter(\.hasDataTiering).map(\.family).allSatisfy { $0 == "r6gd" })
        #expect(NodeTypeCatalog.real.all.filter(\.valkeyOnly).count == 21)
    }

    @Test(arguments: [
        ("cache.m3.medium", EngineKind.redis, "2.8.24", true), ("cache.m3.medium", .valkey, "8.0.1", false),
        ("cache.m5.large", .redis, "2.8.24", false), ("cache.m5.large", .redis, "3.2.4", true), ("cache.m8g.large", .redis, "7.1.0", false),
        ("cache.m8g.large", .valkey, "7.2.6", true), ("cache.m7g.large", .redis, "6.0.5", false),
        ("cache.m7g.large", .redis, "6.2.6", true),
    ])
    func engines(name: String, engine: EngineKind, version: String, expected: Bool) throws {
        #expect(try #require(NodeTypeCatalog.real[name]).supports(engine, try #require(EngineVersion(version))) == expected)
    }

    @Test(arguments: ["", "cache", "cache.m5", "m5.large", "cache.m5.Large", "cache.m5.large ", "cache.x1.large", "db.m5.large", "family"])
    func unknown(name: String) {
        #expect(NodeTypeCatalog.real[name] == nil)
    }
}
