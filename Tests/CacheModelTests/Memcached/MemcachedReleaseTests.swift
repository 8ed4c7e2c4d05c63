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

    @Test(arguments: [
        ("cache.t2.micro", 555, 1), ("cache.t3.micro", 512, 2), ("cache.t3.small", 1402, 2), ("cache.m5.large", 6537, 2),
        ("cache.m5.4xlarge", 53_248, 16), ("cache.r5.24xlarge", 0, 64),
    ])
    func whatTheTypeDecides(_ type: String, _ memory: Int, _ threads: Int) throws {
        let values = MemcachedFamily.memcached16.effectiveParameters(changed: [:], nodeType: try #require(NodeTypeCatalog.real[type]))
        #expect(values["num_threads"] == "\(threads)")
        if memory > 0, memory < 10_000 { #expect(values["max_cache_memory"] == "\(memory)") }
        #expect(values["memcached_connections_overhead"] == "100")
    }

    @Test func whatAGroupChangedCounts() throws {
        let type = try #require(NodeTypeCatalog.real["cache.t3.micro"])
        let values = MemcachedFamily.memcached15.effectiveParameters(
            changed: ["max_item_size": "2097152", "nonsense": "1"], nodeType: type)
        #expect(values["max_item_size"] == "2097152")
        #expect(values["nonsense"] == nil)
        #expect(values["no_modern"] == "0")
        #expect(MemcachedFamily.memcached14.defaults["no_modern"] == nil)
    }

    @Test(
        arguments: [
            ("default.memcached1.6", "memcached1.6"), ("Default.Memcached1.4", "memcached1.4"), ("default.memcached1.7", nil),
            ("memcached1.6", nil), ("default.redis7", nil),
        ] as [(String, String?)])
    func defaultGroups(_ group: String, _ family: String?) {
        #expect(MemcachedFamily.ofDefaultGroup(group)?.name == family)
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
