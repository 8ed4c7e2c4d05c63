import CacheModel
import Testing

struct DefaultParameterGroupTests {
    @Test func all() {
        let names = DefaultParameterGroup.all.map(\.name)
        #expect(names.count == 21)
        #expect(Set(names).count == 21)
        #expect(names.contains("default.redis2.6") && !names.contains("default.redis2.6.cluster.on"))
        #expect(names.contains("default.memcached1.6") && !names.contains("default.memcached1.6.cluster.on"))
        #expect(names.contains("default.redis2.8") && !names.contains("default.redis2.8.cluster.on"))
        for name in names { #expect(DefaultParameterGroup(name: name)?.name == name) }
    }

    @Test func named() throws {
        let plain = try #require(DefaultParameterGroup(name: "default.redis7"))
        #expect(plain.family.name == "redis7" && !plain.clusterOn)
        #expect(plain.description == "Default parameter group for redis7")
        let cluster = try #require(DefaultParameterGroup(name: "Default.Redis6.X.Cluster.On"))
        #expect(cluster.name == "default.redis6.x.cluster.on" && cluster.clusterOn)
        #expect(cluster.description == "Customized default parameter group for redis6.x with cluster mode on")
    }

    @Test(arguments: [
        "", "default", "default.", "default.redis", "redis7", "default.redis7.cluster", "default.redis7.cluster.on.cluster.on",
        "default.cluster.on",
        ".cluster.on", "default.redis2.8.cluster.on", "default.redis7.2", "default.memcached1.7", "default.memcached1.6.cluster.on",
        " default.redis7", "my-group",
    ])
    func unknown(name: String) {
        #expect(DefaultParameterGroup(name: name) == nil)
    }

    @Test(arguments: [
        ("default.redis2.8", "cache.m3.medium", "2.8.24", "slave"), ("default.redis4.0", "cache.t2.micro", "4.0.10", "slave"),
        ("default.redis5.0", "cache.t3.micro", "5.0.6", "replica"), ("default.valkey9.cluster.on", "cache.m8g.large", "9.0.0", "replica"),
    ])
    func effective(group: String, type: String, version: String, word: String) throws {
        let group = try #require(DefaultParameterGroup(name: group))
        let type = try #require(NodeTypeCatalog.real[type])
        let version = try #require(EngineVersion(version))
        let values = group.family.effectiveParameters(changed: group.changes, nodeType: type, version: version)
        #expect(values["maxmemory"] == "\(group.family.name == "redis2.8" ? type.maxmemory : type.maxmemory * 3 / 4)")
        #expect(values["maxclients"] == "\(type.maxclients)")
        #expect(values["client-output-buffer-limit-\(word)-hard-limit"] == "\(type.outputBufferLimit)")
        #expect(values["client-output-buffer-limit-\(word)-soft-limit"] == "\(type.outputBufferLimit)")
        #expect(values["client-output-buffer-limit-\(word)-soft-seconds"] == "60")
        #expect(values["cluster-enabled"] == (group.family.hasClusterMode ? (group.clusterOn ? "yes" : "no") : nil))
        #expect(values["maxmemory-policy"] == "volatile-lru")
        #expect(values.count == group.family.parameters.count + 3 || version != EngineVersion(9, 0, 0))
    }

    @Test func onlyWhatTheVersionKnows() throws {
        let group = try #require(DefaultParameterGroup(name: "default.valkey8"))
        let type = try #require(NodeTypeCatalog.real["cache.t4g.small"])
        func values(_ minor: Int, _ patch: Int) -> [String: String] {
            group.family.effectiveParameters(changed: group.changes, nodeType: type, version: EngineVersion(8, minor, patch))
        }
        #expect(values(0, 1)["commandlog-reply-larger-than"] == nil)
        #expect(values(1, 0)["commandlog-reply-larger-than"] == "1048576")
        #expect(values(1, 0)["search-fanout-target-mode"] == nil)
        #expect(values(2, 0)["search-fanout-target-mode"] == "client")
    }

    @Test func changesOfKnownNamesOnly() throws {
        let family = try #require(ParameterFamily("redis7"))
        let type = try #require(NodeTypeCatalog.real["cache.t4g.small"])
        let values = family.effectiveParameters(
            changed: ["timeout": "20", "no-such": "1", "maxmemory": "5"], nodeType: type, version: EngineVersion(7, 0, 7)
        )
        #expect(values["timeout"] == "20")
        #expect(values["no-such"] == nil)
        #expect(values["maxmemory"] == "\(type.maxmemory - type.maxmemory * 25 / 100)")
    }
}
