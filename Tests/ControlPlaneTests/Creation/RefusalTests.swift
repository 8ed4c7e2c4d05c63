import CacheModel
import Engine
import Testing

@testable import ControlPlane

/// Every refused creation names the parameter and the rule, and leaves the world as it was.
@Suite struct RefusalTests {
    @Test(arguments: Refusal.all)
    func refuses(_ refusal: Refusal) async throws {
        let fixture = try await Fixture()
        let reply = try await fixture.create("g", refusal.form)
        #expect(reply.code == refusal.code, "\(reply.text)")
        #expect(reply.status == (refusal.code == "CacheParameterGroupNotFound" ? 404 : 400))
        #expect(reply.first("Type") == "Sender")
        for name in refusal.names { #expect(reply.message.contains(name), "\(reply.message)") }
        #expect(try await fixture.records().isEmpty)
        #expect(fixture.world.read { $0.groups.isEmpty && $0.addresses.isEmpty && $0.regions.value.isEmpty && $0.events.isEmpty })
    }

    /// A secret in the wrong place is not shown.
    @Test func aTokenIsNotRepeated() async throws {
        let reply = try await Fixture().create("g", "AuthToken=correct-horse-battery")
        #expect(!reply.text.contains("correct-horse"))
    }

    @Test func anIdIsTakenWhateverItsCase() async throws {
        let fixture = try await Fixture()
        try await fixture.create("my-group")
        let before = try await fixture.records()
        for id in ["my-group", "MY-GROUP", "My-Group"] {
            let reply = try await fixture.create(id)
            #expect(reply.code == "ReplicationGroupAlreadyExists" && reply.status == 400)
            #expect(reply.message == "Replication group with specified name already exists. ReplicationGroupId is my-group.")
        }
        try await fixture.set("my-group", .deleting)
        #expect(try await fixture.create("my-group").code == "ReplicationGroupAlreadyExists")
        #expect(try await fixture.records().keys == before.keys)
    }

    /// Its members would have the names of clusters that exist.
    @Test(arguments: [
        ("redis", "redis-001", true), ("redis", "redis-0001-001", true), ("redis", "redis-a", false), ("redis-0", "redis-001", false),
    ])
    func aLoneClusterOfAMembersNameIsInTheWay(id: String, cluster: String, isInTheWay: Bool) async throws {
        let fixture = try await Fixture()
        try await fixture.create("template")
        var alone = try #require(fixture.group("template"))
        alone.kind = .cacheCluster
        alone.id = cluster
        try await fixture.world.transact { try $0.put(alone) }
        #expect(try await fixture.create(id).code == (isInTheWay ? "CacheClusterAlreadyExists" : nil))
    }

    @Test func withoutAnEngineItSaysWhatToInstall() async throws {
        let fixture = try await Fixture(builds: [])
        let reply = try await fixture.create()
        #expect(reply.code == "InsufficientCacheClusterCapacity")
        #expect(reply.message.contains("EngineVersion 7.1 of redis") && reply.message.contains("elastane doctor"))
        #expect(try await fixture.records().isEmpty)
    }

    @Test func valkeyIsNeverServedByRedis() async throws {
        let fixture = try await Fixture(builds: [.sample(.redis, "7.0.15")])
        #expect(try await fixture.create("g", "Engine=valkey").code == "InsufficientCacheClusterCapacity")
    }

    @Test func everyRegionHasItsShareUntilThereIsNoneLeft() async throws {
        let fixture = try await Fixture()
        for number in 1...16 {
            let reply = try await fixture.create("g", region: "xx-region-\(number)")
            #expect(reply.status == 200, "\(reply.text)")
        }
        let reply = try await fixture.create("g", region: "xx-region-17")
        #expect(reply.code == "InsufficientCacheClusterCapacity" && reply.message.contains("16 regions"))
        #expect(try await fixture.create("h", region: "xx-region-16").status == 200)
        #expect(Set(fixture.world.read { $0.regions.value.values }) == Set(0..<16))
    }
}
