import CacheModel
import Testing

@testable import ControlPlane

@Suite struct DescribeCacheEngineVersionsTests {
    @Test(arguments: [
        ("", MemcachedRelease.all.map(\.name) + EngineVersionCatalog.releases.map(\.name)),
        ("Engine=valkey", ["7.2", "8.0", "8.1", "8.2", "9.0", "9.1"]),
        ("Engine=VALKEY&DefaultOnly=true", ["8.0"]),
        ("DefaultOnly=true", ["1.6.22", "7.1", "8.0"]),
        ("DefaultOnly=true&CacheParameterGroupFamily=memcached1.5", ["1.5.16"]),
        ("DefaultOnly=true&Engine=memcached&EngineVersion=1.6.12", []),
        ("DefaultOnly=true&Engine=redis", ["7.1"]),
        ("DefaultOnly=true&CacheParameterGroupFamily=redis7", ["7.1"]),
        ("DefaultOnly=true&CacheParameterGroupFamily=valkey8", ["8.0"]),
        ("DefaultOnly=true&CacheParameterGroupFamily=redis6.x", ["6.2"]),
        ("DefaultOnly=true&CacheParameterGroupFamily=redis2.8", ["2.8.24"]),
        ("DefaultOnly=true&EngineVersion=6.0", []),
        ("DefaultOnly=true&EngineVersion=5.0.6", ["5.0.6"]),
        ("DefaultOnly=false&EngineVersion=6.0", ["6.0"]),
        ("Engine=Redis&EngineVersion=7.0", ["7.0"]),
        ("Engine=redis&EngineVersion=7.0", ["7.0"]),
        ("EngineVersion=7.0.7", ["7.0"]),
        ("EngineVersion=99.9", []),
        ("EngineVersion=6.x", ["6.2"]),
        ("Engine=redis&EngineVersion=6.x", ["6.2"]),
        ("Engine=valkey&EngineVersion=6.x", []),
        ("EngineVersion=7.x", []),
        ("Engine=Memcached", MemcachedRelease.all.map(\.name)),
        ("Engine=memcached&EngineVersion=1.4.5", ["1.4.5"]),
        ("Engine=memcached&EngineVersion=7.0", []),
        ("CacheParameterGroupFamily=memcached1.5", ["1.5.10", "1.5.16"]),
        ("CacheParameterGroupFamily=redis2.8", ["2.8.19", "2.8.21", "2.8.22", "2.8.23", "2.8.24", "2.8.6"]),
        ("CacheParameterGroupFamily=valkey9", ["9.0", "9.1"]),
        ("CacheParameterGroupFamily=none", []),
        ("Engine=redis&CacheParameterGroupFamily=valkey8", []),
    ])
    func filters(form: String, versions: [String]) async throws {
        let reply = try await Fixture().call("DescribeCacheEngineVersions", form)
        #expect(reply.status == 200 && reply.all("EngineVersion") == versions)
        #expect(reply.has("CacheEngineVersions"))
    }

    @Test(arguments: [
        ("redis", "7.0", "served by redis 7.0.15"), ("redis", "7.1", "served by redis 7.0.15"),
        ("redis", "2.8.24", "served by redis 7.0.15"), ("valkey", "8.0", "served by valkey 9.0.1"),
        ("valkey", "9.1", "no installed engine serves it"), ("memcached", "1.4.5", "served by memcached 1.6.18"),
    ])
    func saysWhichBuildServesIt(engine: String, version: String, text: String) async throws {
        let reply = try await Fixture().call("DescribeCacheEngineVersions", "Engine=\(engine)&EngineVersion=\(version)")
        #expect(reply.first("CacheEngineVersionDescription")?.contains(text) == true, "\(reply.text)")
        #expect(reply.first("CacheEngineDescription") == ["redis": "Redis", "valkey": "Valkey"][engine] ?? engine)
    }

    @Test func pages() async throws {
        let fixture = try await Fixture()
        let first = try await fixture.call("DescribeCacheEngineVersions", "MaxRecords=20")
        let second = try await fixture.call("DescribeCacheEngineVersions", "MaxRecords=20&Marker=\(try #require(first.marker).escaped)")
        #expect(first.all("EngineVersion").count == 20 && second.marker == nil)
        #expect(
            first.all("EngineVersion") + second.all("EngineVersion") == MemcachedRelease.all.map(\.name)
                + EngineVersionCatalog.releases.map(\.name))
    }
}
