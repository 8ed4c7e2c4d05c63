import CacheModel
import Engine
import Testing

@testable import ControlPlane

@Suite struct MemcachedParameterGroupTests {
    @Test func aFamilyIsDescribed() async throws {
        let fixture = try await Fixture()
        let reply = try await fixture.call("DescribeEngineDefaultParameters", "CacheParameterGroupFamily=memcached1.6")
        let names = reply.all("ParameterName")
        #expect(names.count == 32)
        #expect(Set(names).isSuperset(of: ["chunk_size", "chunk_size_growth_factor", "no_modern", "max_cache_memory", "num_threads"]))
        #expect(Set(reply.all("DataType")) == ["float", "integer", "string"])
        #expect(Set(reply.all("ChangeType")) == ["requires-reboot"])
        #expect(Set(reply.all("Source")) == ["system"])
        // Types that never run it are not told of.
        let types = reply.all("CacheNodeType")
        #expect(types.contains("cache.t3.micro") && !types.contains("cache.r6gd.xlarge"))
    }

    @Test func aGroupIsMadeChangedAndDeleted() async throws {
        let fixture = try await Fixture()
        try await fixture.parameterGroup("mine", "memcached1.6", ("max_item_size", "2097152"), ("chunk_size_growth_factor", "1.02"))
        let described = try await fixture.call("DescribeCacheParameterGroups", "CacheParameterGroupName=mine")
        #expect(described.first("CacheParameterGroupFamily") == "memcached1.6")
        let user = try await fixture.call("DescribeCacheParameters", "CacheParameterGroupName=mine&Source=user")
        #expect(user.all("ParameterName") == ["chunk_size_growth_factor", "max_item_size"])
        #expect(user.all("ParameterValue") == ["1.02", "2097152"])
        let pair = "ParameterNameValues.ParameterNameValue.1.ParameterName=max_item_size"
        try await fixture.call("ResetCacheParameterGroup", "CacheParameterGroupName=mine&\(pair)").expectSuccess()
        #expect(fixture.changes("mine") == ["chunk_size_growth_factor": "1.02"])
        try await fixture.call("ResetCacheParameterGroup", "CacheParameterGroupName=mine&ResetAllParameters=true").expectSuccess()
        #expect(fixture.changes("mine") == [:])
        try await fixture.call("DeleteCacheParameterGroup", "CacheParameterGroupName=mine").expectSuccess()
        #expect(fixture.changes("mine") == nil)
    }

    @Test(arguments: [
        ("cas_disabled", "2", "The parameter cas_disabled can not be 2: invalid parameter value, allowed values are:0,1"),
        ("chunk_size_growth_factor", "1", "can not be 1: invalid parameter value, allowed values are:1.01-"),
        ("chunk_size_growth_factor", "much", "can not be much"), ("binding_protocol", "binary", "allowed values are:auto,ascii"),
        ("max_item_size", "1000", "can not be 1000"), ("slab_chunk_max", "1000", "can not be 1000"),
        ("idle_timeout", "86401", "can not be 86401"), ("num_threads", "4", "Parameter num_threads doesn't exist"),
        ("timeout", "20", "Parameter timeout doesn't exist"),
        ("requests_per_event", "9", "The parameter requests_per_event cannot be modified."),
    ])
    func whatIsRefused(_ name: String, _ value: String, _ says: String) async throws {
        let fixture = try await Fixture()
        try await fixture.parameterGroup("mine", "memcached1.6")
        let reply = try await fixture.call("ModifyCacheParameterGroup", Fixture.form("mine", [(name, value)]))
        #expect(reply.code == "InvalidParameterValue" && reply.message.contains(says), "\(reply.message)")
        #expect(fixture.changes("mine") == [:])
    }

    @Test func aGroupInUseStays() async throws {
        let fixture = try await Fixture()
        try await fixture.parameterGroup("mine", "memcached1.6")
        try await fixture.parameterGroup("next", "memcached1.6")
        try await fixture.availableMemcached("m", "EngineVersion=1.6.6&CacheParameterGroupName=mine")
        func delete(_ name: String) async throws -> Reply {
            try await fixture.call("DeleteCacheParameterGroup", "CacheParameterGroupName=\(name)")
        }
        let refused = try await delete("mine")
        #expect(refused.code == "InvalidCacheParameterGroupState" && refused.message.contains("is used by m "))
        // Nor one that is about to be used.
        try await fixture.call("ModifyCacheCluster", "CacheClusterId=m&EngineVersion=1.6.12&CacheParameterGroupName=next").expectSuccess()
        #expect(try await delete("next").code == "InvalidCacheParameterGroupState")
        try await fixture.call("ModifyCacheCluster", "CacheClusterId=m&EngineVersion=1.6.6").expectSuccess()
        try await delete("next").expectSuccess()
    }

    @Test func aGroupOfMemcachedIsNoneOfRedis() async throws {
        let fixture = try await Fixture()
        try await fixture.parameterGroup("mine", "memcached1.6")
        for name in ["mine", "default.memcached1.6"] {
            let refused = try await fixture.create("g", "CacheParameterGroupName=\(name)")
            #expect(refused.message == "memcached parameter group is not applicable to engine redis")
        }
    }

    @Test func whatTheBuildMakesNothingOfIsToldOnce() async throws {
        let fixture = try await Fixture()
        try await fixture.parameterGroup("mine", "memcached1.4", ("idle_timeout", "5"), ("cas_disabled", "1"), ("lru_crawler", "1"))
        // The sample of a build knows no lru_crawler, and the version no idle_timeout.
        try await fixture.availableMemcached("m", "NumCacheNodes=2&EngineVersion=1.4.24&CacheParameterGroupName=mine")
        let nodes = try #require(fixture.memcached()).nodes
        #expect(nodes.allSatisfy { $0.withoutEffect?.map(\.name) == ["idle_timeout", "lru_crawler"] })
        let arguments = try #require(fixture.world.read { $0.processes[nodes[0].process] }).value.arguments
        #expect(arguments.contains("-C") && !arguments.contains("-o"))
        let events = try await fixture.call("DescribeEvents", "SourceType=cache-cluster&SourceIdentifier=m").all("Message").sorted()
        #expect(
            events == [
                "The value 1 of the parameter lru_crawler of CacheParameterGroup mine has no effect: memcached 1.6.18 has no such parameter",
                "The value 5 of the parameter idle_timeout of CacheParameterGroup mine has no effect: it needs engine version 1.4.33 or later",
            ])
        let described = try await fixture.call("DescribeCacheClusters", "CacheClusterId=m")
        #expect(described.first("ParameterApplyStatus") == "in-sync")
    }

    @Test func whatTheBuildRefusesIsLeftOut() async throws {
        let fixture = try await Fixture()
        try await fixture.parameterGroup("mine", "memcached1.6", ("max_item_size", "600000"), ("idle_timeout", "5"))
        try await fixture.createMemcached("m", "CacheParameterGroupName=mine").expectSuccess()
        let cluster = try #require(fixture.memcached())
        let parameters = fixture.world.read { MemcachedParameters(of: cluster, .real, in: $0) }
        let start = MemcachedStart(of: cluster, parameters, connectionLimit: 900, refused: ["max_item_size": "must be evenly divisible"])
        let build = Engine.MemcachedBuild.sample("1.6.18")
        let words = start.options(at: ["127.0.0.9"]).arguments(for: build).joined(separator: " ")
        #expect(words.contains("-I 1048576") && words.contains("idle_timeout=5"))
        #expect(
            start.withoutEffect(on: build) == [
                ParameterWithoutEffect(name: "max_item_size", value: "600000", reason: "must be evenly divisible")
            ])
        #expect(start.chosen == ["max_item_size": "600000", "idle_timeout": "5"])
    }
}
