import CacheModel
import Testing

@testable import ControlPlane

@Suite struct MaintenanceWindowsTests {
    /// The clock stands at a Monday, 03:00.
    private static func waiting(_ window: String = "mon:03:00-mon:04:00") async throws -> Fixture {
        let fixture = try await Fixture()
        try await fixture.available(
            "g", "NumCacheClusters=3&SnapshotWindow=10:00-11:00&PreferredMaintenanceWindow=\(window)")
        try await fixture.call("ModifyReplicationGroup", "ReplicationGroupId=g&PrimaryClusterId=g-002").expectSuccess()
        return fixture
    }

    private func open(_ fixture: Fixture) async {
        await MaintenanceWindows(world: fixture.world, now: { fixture.clock.now }).applyDue()
    }

    @Test(arguments: [
        ("mon:03:00-mon:04:00", true), ("sun:23:00-mon:03:30", true), ("mon:02:00-mon:03:00", false), ("tue:03:00-tue:04:00", false),
    ])
    func whatIsPendingBeginsInTheWindow(window: String, begins: Bool) async throws {
        let fixture = try await Self.waiting(window)
        await open(fixture)
        let group = try #require(fixture.group("g"))
        #expect(group.nodeGroups[0].successor == (begins ? "g-002" : nil))
        #expect(group.status == (begins ? .modifying : .available) && (group.pending == nil) == begins)
    }

    @Test func theWindowOpens() async throws {
        let fixture = try await Self.waiting("mon:03:30-mon:04:30")
        await open(fixture)
        #expect(fixture.group("g")?.status == .available)
        fixture.clock.advance(30 * 60)
        await open(fixture)
        #expect(fixture.group("g")?.nodeGroups[0].successor == "g-002")
    }

    @Test(arguments: [GroupStatus.modifying, .deleting])
    func onlyWhatIsAvailableIsTouched(status: GroupStatus) async throws {
        let fixture = try await Self.waiting()
        try await fixture.set("g", status)
        let before = try await fixture.records()
        await open(fixture)
        #expect(try await fixture.records() == before)
    }

    @Test func aMemberThatWentMeanwhile() async throws {
        let fixture = try await Self.waiting()
        try await fixture.change("g") { $0.nodeGroups[0].members.removeAll { $0.id == "g-002" } }
        await open(fixture)
        let group = try #require(fixture.group("g"))
        #expect(group.pending == nil && group.status == .available && group.nodeGroups[0].successor == nil)
        #expect(fixture.events(of: "g").last?.contains("g-002 is no member any more") == true)
    }

    /// A failover was faster.
    @Test func aMemberThatIsPrimaryMeanwhile() async throws {
        let fixture = try await Self.waiting()
        try await fixture.change("g") { $0.nodeGroups[0].primary = "g-002" }
        await open(fixture)
        #expect(fixture.group("g")?.pending == nil && fixture.group("g")?.status == .available && fixture.events(of: "g").isEmpty)
    }

    @Test func aRebootIsWaitedFor() async throws {
        let fixture = try await Self.waiting()
        try await fixture.change("g") { $0.nodeGroups[0].members[0].change = .rebooting(incarnation: 1) }
        await open(fixture)
        #expect(fixture.group("g")?.pending != nil && fixture.group("g")?.status == .available)
        try await fixture.change("g") { $0.nodeGroups[0].members[0].change = nil }
        await open(fixture)
        #expect(fixture.group("g")?.nodeGroups[0].successor == "g-002")
    }
}
