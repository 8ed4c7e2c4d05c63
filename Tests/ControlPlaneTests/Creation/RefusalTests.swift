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
        #expect(reply.status == (refusal.code.hasSuffix("NotFound") ? 404 : 400))
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
}
