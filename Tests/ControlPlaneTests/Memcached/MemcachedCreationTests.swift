import CacheModel
import Foundation
import Planning
import Testing

@testable import ControlPlane

@Suite struct MemcachedCreationTests {
    @Test func whatIsRecorded() async throws {
        let fixture = try await Fixture()
        let reply = try await fixture.createMemcached("M", "NumCacheNodes=2&EngineVersion=1.5.16")
        #expect(reply.first("CacheClusterStatus") == "creating" && reply.first("CacheClusterId") == "m")
        #expect(!reply.has("ConfigurationEndpoint") && reply.first("NumCacheNodes") == "2")
        let cluster = try #require(fixture.memcached())
        #expect(cluster.build.version == "1.6.18" && cluster.engineVersion == "1.5.16")
        #expect(cluster.parameterGroup == "default.memcached1.5" && cluster.port == 11_211)
        #expect(cluster.nodes.map(\.id) == ["0001", "0002"])
        #expect(Set(cluster.nodes.map(\.address)).count == 2 && Set(cluster.nodes.map(\.process)).count == 2)
        let taken = fixture.world.read { $0.addresses.keys.map(\.self) }
        #expect(Set(taken) == Set(cluster.nodes.map(\.address) + [cluster.configurationAddress]))
    }

    @Test func withoutABuildItIsRefused() async throws {
        let none = try await Fixture(memcached: [])
        let reply = try await none.createMemcached()
        #expect(reply.code == "InsufficientCacheClusterCapacity" && reply.message.contains("install memcached"))
        let old = try await Fixture(memcached: ["1.5.22"])
        #expect(try await old.createMemcached("a").code == "InsufficientCacheClusterCapacity")
        #expect(try await old.createMemcached("b", "EngineVersion=1.5.10").status == 200)
        #expect(try await none.records().isEmpty)
    }

    @Test(arguments: [
        ("NumCacheNodes=3", ["a", "a", "a"]),
        ("NumCacheNodes=3&AZMode=cross-az", ["a", "b", "c"]),
        ("NumCacheNodes=2&PreferredAvailabilityZone=us-east-1c", ["c", "c"]),
        (
            "NumCacheNodes=2&PreferredAvailabilityZones.PreferredAvailabilityZone.1=us-east-1b"
                + "&PreferredAvailabilityZones.PreferredAvailabilityZone.2=us-east-1a", ["b", "a"]
        ),
    ])
    func zones(_ form: String, _ letters: [String]) async throws {
        let fixture = try await Fixture()
        try await fixture.createMemcached("m", form)
        #expect(fixture.memcached()?.nodes.map(\.zone) == letters.map { "us-east-1\($0)" })
    }

    @Test func anIdBelongsToOneClusterOfAnyEngine() async throws {
        let fixture = try await Fixture()
        try await fixture.createMemcached("g-001")
        #expect(try await fixture.create("g").code == "CacheClusterAlreadyExists")
        #expect(try await fixture.createMemcached("G-001").code == "CacheClusterAlreadyExists")
    }

    @Test func aGroupOfOnesOwn() async throws {
        let fixture = try await Fixture()
        try await fixture.world.transact { draft in
            for (name, family) in [("mine", "memcached1.6"), ("old", "memcached1.5"), ("redis", "redis7")] {
                try draft.put(
                    ParameterGroup(
                        realm: Fixture.home, name: name, family: family, description: "d",
                        changes: ["max_item_size": "2097152", "idle_timeout": "30"]))
            }
        }
        try await fixture.availableMemcached("m", "CacheParameterGroupName=Mine")
        let node = try #require(fixture.memcached()?.nodes.first)
        let arguments = try #require(fixture.world.read { $0.processes[node.process] }).value.arguments.joined(separator: " ")
        #expect(arguments.contains("-I 2097152") && arguments.hasSuffix("-o idle_timeout=30"))
        let refused = try await fixture.createMemcached("n", "CacheParameterGroupName=old")
        #expect(refused.message.hasPrefix("Expected a parameter group of family memcached1.6 but found one of family memcached1.5"))
        #expect(try await fixture.createMemcached("n", "CacheParameterGroupName=redis").code == "InvalidParameterCombination")
        #expect(try await fixture.createMemcached("n", "CacheParameterGroupName=nobody").code == "CacheParameterGroupNotFound")
    }

    @Test func aChangedGroupWaitsForAReboot() async throws {
        let fixture = try await Fixture()
        let group = ParameterGroup(realm: Fixture.home, name: "mine", family: "memcached1.6", description: "d")
        try await fixture.world.transact { draft in try draft.put(group) }
        try await fixture.availableMemcached("m", "NumCacheNodes=2&CacheParameterGroupName=mine")
        func described() async throws -> Reply {
            try await fixture.call("DescribeCacheClusters", "CacheClusterId=m&ShowCacheNodeInfo=true")
        }
        #expect(try await described().first("ParameterApplyStatus") == "in-sync")
        try await fixture.world.transact { draft in
            var changed = group
            changed.changes = ["cas_disabled": "1"]
            try draft.put(changed)
        }
        #expect(try await described().first("ParameterApplyStatus") == "pending-reboot")
        #expect(try await described().all("ParameterGroupStatus") == ["pending-reboot", "pending-reboot"])
        try await fixture.performMemcached([.start(member: "0002", follows: nil, data: .init())])
        #expect(try await described().all("ParameterGroupStatus") == ["pending-reboot", "in-sync"])
        #expect(try await described().first("CacheNodeIdsToReboot")?.contains("<CacheNodeId>0001</CacheNodeId>") == true)
    }

    @Test func whatIsOnRecordIsReadAgain() async throws {
        let fixture = try await Fixture()
        try await fixture.availableMemcached("m", "NumCacheNodes=2")
        let again = try await Fixture(store: fixture.store)
        #expect(again.memcached() == fixture.memcached())
        let key = try #require(fixture.memcached()).groupKey
        let process = try #require(fixture.memcached()).nodes[0].process
        // What hosts say of its processes reaches its reconciler, now and after a restart.
        for world in [fixture.world, again.world] {
            #expect(world.read { $0.owner(ofHostRecord: ProcessStatus.key(process)) } == key)
            #expect(world.read { $0.status(of: key) } == .available)
            #expect(world.read { $0.unreadable.isEmpty })
        }
    }
}
