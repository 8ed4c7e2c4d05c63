import CacheModel
import Testing

@Suite struct NodeTypeModificationsTests {
    private static func modifications(
        _ name: String, _ engine: EngineKind = .redis, _ version: EngineVersion = EngineVersion(7, 1),
        needing features: Set<NodeType.Feature> = [.failover]
    ) throws -> NodeTypeModifications {
        NodeTypeModifications(of: try #require(NodeTypeCatalog.real[name]), engine, version, needing: features, in: .real)
    }

    /// More memory is up, less is down, and a type itself is neither; both by name.
    @Test func byMemory() throws {
        for type in NodeTypeCatalog.real.all where type.supports(.valkey, EngineVersion(8, 0, 1)) {
            let found = try Self.modifications(type.name, .valkey, EngineVersion(8, 0, 1))
            let memory = { (name: String) in NodeTypeCatalog.real[name]?.maxmemory ?? 0 }
            #expect(found.larger.allSatisfy { memory($0) > type.maxmemory } && found.smaller.allSatisfy { memory($0) < type.maxmemory })
            #expect(found.larger == found.larger.sorted() && found.smaller == found.smaller.sorted())
            #expect(!(found.larger + found.smaller).contains(type.name))
        }
    }

    @Test(arguments: [
        // Old families only downwards.
        ("cache.m5.large", "cache.m5.xlarge", true), ("cache.m5.large", "cache.r6g.large", true),
        ("cache.m5.large", "cache.m4.xlarge", false), ("cache.m5.large", "cache.r4.large", false),
        ("cache.m4.large", "cache.m4.xlarge", true), ("cache.m4.large", "cache.m5.xlarge", true),
        ("cache.t2.micro", "cache.t2.small", true), ("cache.t3.micro", "cache.t2.small", false),
        // Valkey's only, the first ones, tiers.
        ("cache.m5.large", "cache.m8g.xlarge", false), ("cache.t3.micro", "cache.m1.small", false),
        ("cache.m5.large", "cache.r6gd.xlarge", false), ("cache.r6gd.xlarge", "cache.r6gd.2xlarge", true),
        ("cache.r6gd.xlarge", "cache.r6g.2xlarge", false),
    ])
    func upwards(from: String, to: String, expected: Bool) throws {
        #expect(try Self.modifications(from).larger.contains(to) == expected)
    }

    @Test(arguments: [
        ("cache.m5.large", "cache.m4.large", false), ("cache.m5.xlarge", "cache.m4.large", true),
        ("cache.m5.large", "cache.t2.medium", true),
        ("cache.r5.large", "cache.m3.medium", true), ("cache.m5.large", "cache.t1.micro", false),
    ])
    func downwards(from: String, to: String, expected: Bool) throws {
        #expect(try Self.modifications(from).smaller.contains(to) == expected)
    }

    @Test func whatTheCacheReliesOn() throws {
        let old = EngineVersion(2, 8, 24)
        #expect(try Self.modifications("cache.m1.small", .redis, old, needing: []).smaller == [])
        #expect(
            try Self.modifications("cache.m3.medium", .redis, EngineVersion(3, 2, 10), needing: [.encryption]).larger.contains(
                "cache.m3.large"))
        #expect(try !Self.modifications("cache.t1.micro", .redis, old, needing: [.failover]).larger.isEmpty)
    }

    /// Scaling down came with 3.2.10.
    @Test func nothingIsSmallerForOldVersions() throws {
        #expect(try Self.modifications("cache.m3.xlarge", .redis, EngineVersion(3, 2, 6)).smaller.isEmpty)
        #expect(try !Self.modifications("cache.m3.xlarge", .redis, EngineVersion(3, 2, 10)).smaller.isEmpty)
    }
}
