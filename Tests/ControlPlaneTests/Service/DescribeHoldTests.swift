import CacheModel
import Testing

@testable import ControlPlane

/// A hold is long where it must end early, and short where it must run out: no test depends on how fast the machine is.
@Suite(.timeLimit(.minutes(1))) struct DescribeHoldTests {
    @Test(arguments: [("DescribeReplicationGroups", "ReplicationGroupId=g"), ("DescribeCacheClusters", "CacheClusterId=g-001")])
    func returnsWhenTheStatusChanges(action: String, form: String) async throws {
        let fixture = try await Fixture(hold: .seconds(600))
        try await fixture.create()
        async let reply = fixture.call(action, form)
        await fixture.giveWay()
        // A change that leaves the status as it is does not end it.
        try await fixture.change("g") { $0.description = "other" }
        try await fixture.set("g", .available)
        #expect(try await reply.text.contains("available"))
    }

    @Test func returnsWhenTheGroupIsGone() async throws {
        let fixture = try await Fixture(hold: .seconds(600))
        try await fixture.create()
        try await fixture.set("g", .deleting)
        async let reply = fixture.call("DescribeReplicationGroups", "ReplicationGroupId=g")
        await fixture.giveWay()
        try await fixture.world.transact { $0.removeGroup(fixture.key("g")) }
        #expect(try await reply.code == "ReplicationGroupNotFoundFault")
    }

    @Test(arguments: [GroupStatus.available, .createFailed])
    func doesNotHoldWhatStays(status: GroupStatus) async throws {
        let fixture = try await Fixture(hold: .seconds(600))
        try await fixture.create()
        try await fixture.set("g", status)
        #expect(try await fixture.call("DescribeReplicationGroups", "ReplicationGroupId=g").first("Status") == status.rawValue)
    }

    /// Nor lists, nor what isn't there.
    @Test func holdsOnlyOneNamedResource() async throws {
        let fixture = try await Fixture(hold: .seconds(600))
        try await fixture.create()
        #expect(try await fixture.call("DescribeReplicationGroups").first("Status") == "creating")
        #expect(try await fixture.call("DescribeCacheClusters").first("CacheClusterStatus") == "creating")
        #expect(try await fixture.call("DescribeReplicationGroups", "ReplicationGroupId=h").status == 404)
        #expect(try await fixture.call("DescribeCacheClusters", "CacheClusterId=h-001").status == 404)
    }

    @Test(arguments: [Duration.zero, .milliseconds(1), .milliseconds(50)])
    func endsAtTheLatestAfterTheHold(hold: Duration) async throws {
        let fixture = try await Fixture(hold: hold)
        try await fixture.create()
        let start = ContinuousClock.now
        #expect(try await fixture.call("DescribeReplicationGroups", "ReplicationGroupId=g").first("Status") == "creating")
        #expect(ContinuousClock.now - start >= hold)
    }

    @Test func aClientThatGoesAwayEndsItsHold() async throws {
        let fixture = try await Fixture(hold: .seconds(600))
        try await fixture.create()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await fixture.world.holdWhilePassing(fixture.key("g"), atMost: .seconds(600)) }
            group.cancelAll()
        }
    }
}

extension Fixture {
    /// Lets the others run: by then the call under test holds, most probably. If it doesn't, it finds the change made already.
    func giveWay() async {
        for _ in 0..<500 { await Task.yield() }
    }
}
