import CacheModel
import Testing

@Suite struct MemcachedReleaseTests {
    @Test(
        arguments: [
            (nil, "1.6.22"), ("", "1.6.22"), ("1.4.5", "1.4.5"), ("1.6.12", "1.6.12"), ("1.6", nil), ("1.6.7", nil), ("7.0", nil),
        ] as [(String?, String?)])
    func whatAVersionMeans(_ version: String?, _ name: String?) {
        #expect(MemcachedRelease.named(version)?.name == name)
    }

    @Test func releasesAreInTheOrderOfTheirNames() {
        let names = MemcachedRelease.all.map(\.name)
        #expect(names == names.sorted())
        #expect(Set(names).count == names.count)
        #expect(MemcachedRelease.all.contains { $0.name == MemcachedRelease.defaultName })
        for release in MemcachedRelease.all { #expect(release.name.hasPrefix(release.family.name.dropFirst("memcached".count))) }
    }

    @Test(arguments: [
        ("cache.t3.micro", "1.4.5", true), ("cache.m6g.large", "1.5.10", false), ("cache.m6g.large", "1.5.16", true),
        ("cache.t4g.small", "1.5.10", false), ("cache.r6gd.xlarge", "1.6.22", false), ("cache.c7gn.large", "1.5.16", false),
        ("cache.c7gn.large", "1.6.6", true),
    ])
    func typesThatRunIt(_ type: String, _ version: String, _ runs: Bool) throws {
        let release = try #require(MemcachedRelease.named(version))
        let type = try #require(NodeTypeCatalog.real[type])
        #expect(release.runs(on: type) == runs)
    }

    @Test(
        arguments: [
            ("cache.t2.micro", 555, 1), ("cache.t3.micro", 512, 2), ("cache.t3.small", 1402, 2), ("cache.m1.medium", nil, 1),
            ("cache.m2.xlarge", nil, 2), ("cache.m2.2xlarge", nil, 4), ("cache.m2.4xlarge", nil, 16), ("cache.c1.xlarge", nil, 8),
            ("cache.m5.large", 6537, 2), ("cache.m5.4xlarge", nil, 16), ("cache.r3.8xlarge", nil, 32), ("cache.r5.24xlarge", nil, 96),
        ] as [(String, Int?, Int)])
    func whatTheTypeDecides(_ type: String, _ memory: Int?, _ threads: Int) throws {
        let values = try Self.values("memcached1.6", type: type)
        #expect(values["num_threads"] == "\(threads)")
        if let memory { #expect(values["max_cache_memory"] == "\(memory)") }
        #expect(values["memcached_connections_overhead"] == "100")
    }

    private static func values(
        _ family: String, _ changed: [String: String] = [:], type: String = "cache.t3.micro", version: String = "1.6.22"
    ) throws -> [String: String] {
        try #require(ParameterFamily(family)).effectiveParameters(
            changed: changed, nodeType: #require(NodeTypeCatalog.real[type]), version: #require(EngineVersion(version)))
    }

    @Test func whatAGroupChangedCounts() throws {
        let values = try Self.values("memcached1.5", ["max_item_size": "2097152", "nonsense": "1", "num_threads": "7"])
        #expect(values["max_item_size"] == "2097152")
        #expect(values["nonsense"] == nil)
        #expect(values["num_threads"] == "2")
        #expect(values["maxmemory"] == nil)
    }

    @Test func theSmallestTypeKeepsMostOfItsMemoryForItems() throws {
        #expect(try Self.values("memcached1.4", type: "cache.t1.micro")["memcached_connections_overhead"] == "13")
        let changed = try Self.values("memcached1.4", ["memcached_connections_overhead": "20"], type: "cache.t1.micro")
        #expect(changed["memcached_connections_overhead"] == "20")
    }

    @Test(arguments: [("1.4.5", 15), ("1.4.14", 21), ("1.4.24", 26), ("1.4.34", 32)])
    func whatAVersionKnows(_ version: String, _ count: Int) throws {
        // Two of them are the node type's.
        #expect(try Self.values("memcached1.4", version: version).count == count)
    }

    @Test(
        arguments: [
            ("web.0001", "web", "0001"), ("web.1", "web", "0001"), ("web", nil, nil), (".0001", nil, nil), ("web.x", nil, nil),
            ("a.b.0001", nil, nil),
        ] as [(String, String?, String?)])
    func namesOfNodes(_ text: String, _ cluster: String?, _ node: String?) {
        let parsed = MemcachedNodeID.parse(text)
        #expect(parsed?.cluster == cluster)
        #expect(parsed?.node == node)
    }
}
