import CacheModel
import Foundation
import Logging
import Store
import Testing

@testable import ControlPlane

@Suite(.timeLimit(.minutes(1))) struct DownZonesTests {
    private static func reloaded(_ fixture: Fixture) async throws -> World {
        try await World.load(from: fixture.store, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    @Test func theyAreOneRecordThatIsReadBack() async throws {
        let fixture = try await Fixture()
        try await fixture.world.transact { draft in
            try draft.setZone("us-east-1b", isDown: true)
            try draft.setZone("eu-west-1a", isDown: true)
        }
        #expect(try await fixture.records() == ["down-zones": Data(#"["eu-west-1a","us-east-1b"]"#.utf8)])
        let world = try await Self.reloaded(fixture)
        #expect(world.read { $0.downZones.value } == ["eu-west-1a", "us-east-1b"] && world.read { $0.unreadable.isEmpty })
        // Its version too: the next change is accepted.
        try await world.transact { draft in _ = try draft.setZone("us-east-1b", isDown: false) }
        #expect(try await Self.reloaded(fixture).read { $0.downZones.value } == ["eu-west-1a"])
    }

    @Test func whatIsSoAlreadyIsNotWritten() async throws {
        let fixture = try await Fixture()
        #expect(try await fixture.world.transact { draft in try draft.setZone("us-east-1b", isDown: false) } == false)
        #expect(try await fixture.records().isEmpty)
        #expect(try await fixture.world.transact { draft in try draft.setZone("us-east-1b", isDown: true) })
        let version = fixture.world.read { $0.downZones.version }
        #expect(try await fixture.world.transact { draft in try draft.setZone("us-east-1b", isDown: true) } == false)
        #expect(fixture.world.read { $0.downZones.version } == version)
    }

    @Test func zonesThatGoDownAtTheSameTimeAllDo() async throws {
        let fixture = try await Fixture()
        let zones = "abcdef".map { "us-east-1\($0)" }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for zone in zones { group.addTask { try await fixture.world.transact { draft in _ = try draft.setZone(zone, isDown: true) } } }
            try await group.waitForAll()
        }
        #expect(fixture.world.read { $0.downZones.value } == Set(zones))
    }

    /// Those with a member there look again, down and up; the others are left in peace.
    @Test(arguments: [true, false])
    func theGroupsInTheZoneAreTold(goesDown: Bool) async throws {
        let fixture = try await Fixture()
        try await fixture.create("touched", "PreferredCacheClusterAZs.AvailabilityZone.1=us-east-1b&NumCacheClusters=1")
        try await fixture.create("other", "PreferredCacheClusterAZs.AvailabilityZone.1=us-east-1c&NumCacheClusters=1")
        if !goesDown { try await fixture.world.transact { draft in _ = try draft.setZone("us-east-1b", isDown: true) } }
        try await fixture.world.watching(fixture.key("other")) { other in
            try await fixture.world.watching(fixture.key("touched")) { touched in
                try await fixture.world.transact { draft in _ = try draft.setZone("us-east-1b", isDown: goesDown) }
                await touched.wait(atMost: .seconds(3600))
            }
            let start = ContinuousClock.now
            await other.wait(atMost: .milliseconds(20))
            #expect(ContinuousClock.now - start >= .milliseconds(20))
        }
    }
}
