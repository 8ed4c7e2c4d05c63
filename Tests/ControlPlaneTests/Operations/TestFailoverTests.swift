import CacheModel
import Store
import Testing

@testable import ControlPlane

@Suite struct TestFailoverTests {
    private static let action = "TestFailover"

    @Test(arguments: ["0001", "1", "g-0001", "G-0001"])
    func isRecordedForTheProcessThatRuns(name: String) async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", "NumCacheClusters=2&AutomaticFailoverEnabled=true")
        try await fixture.run("g", incarnation: 7)
        let reply = try await fixture.call(Self.action, "ReplicationGroupId=G&NodeGroupId=\(name)")
        #expect(Set(reply.all("Status")) == ["available"] && reply.all("CurrentRole") == ["primary", "replica"], "\(reply.text)")
        let group = try #require(fixture.group("g"))
        #expect(group.nodeGroups[0].testFailover == CacheModel.TestFailover(primary: "g-001", incarnation: 7, since: Fixture.start))
        #expect(group.status == .available && group.nodeGroups[0].primary == "g-001")
        #expect(fixture.events(of: "g") == ["Test Failover API called for node group 0001"])
    }

    @Test(arguments: [
        ("NumCacheClusters=2&AutomaticFailoverEnabled=true", "0002", "NodeGroupNotFoundFault", "0002"),
        ("NumCacheClusters=2&AutomaticFailoverEnabled=true", "h-0001", "NodeGroupNotFoundFault", "h-0001"),
        ("NumCacheClusters=2&AutomaticFailoverEnabled=true", "00001", "NodeGroupNotFoundFault", "00001"),
        ("NumCacheClusters=2", "0001", "InvalidParameterCombination", "automatic failover"),
        ("NumNodeGroups=2&ReplicasPerNodeGroup=0", "0002", "InvalidParameterCombination", "node group 0002"),
    ])
    func refused(shape: String, nodeGroup: String, code: String, text: String) async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", shape)
        try await fixture.run("g")
        try await fixture.expectRefusal(Self.action, "ReplicationGroupId=g&NodeGroupId=\(nodeGroup)", code, text)
        try await fixture.expectRefusal(Self.action, "ReplicationGroupId=h&NodeGroupId=0001", "ReplicationGroupNotFoundFault", "h")
    }

    @Test(arguments: [GroupStatus.creating, .modifying, .deleting, .createFailed])
    func onlyWhatIsAvailableIsTested(status: GroupStatus) async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", "NumCacheClusters=2&AutomaticFailoverEnabled=true")
        try await fixture.run("g")
        try await fixture.set("g", status)
        try await fixture.expectRefusal(
            Self.action, "ReplicationGroupId=g&NodeGroupId=0001", "InvalidReplicationGroupState", status.rawValue)
    }

    @Test func oneShardAfterTheOther() async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", "NumNodeGroups=2&ReplicasPerNodeGroup=1")
        try await fixture.run("g")
        try await fixture.call(Self.action, "ReplicationGroupId=g&NodeGroupId=0002").expectSuccess()
        for id in ["0001", "0002"] {
            try await fixture.expectRefusal(
                Self.action, "ReplicationGroupId=g&NodeGroupId=\(id)", "InvalidReplicationGroupState", "Node group 0002")
        }
        try await fixture.change("g") { $0.nodeGroups[1].testFailover = nil }
        try await fixture.call(Self.action, "ReplicationGroupId=g&NodeGroupId=0001").expectSuccess()
    }

    /// Calls of an account and region in a day that rolls on. Others' count for themselves.
    @Test func soManyADay() async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", "NumCacheClusters=2&AutomaticFailoverEnabled=true")
        try await fixture.run("g")
        for number in 0..<15 {
            try await fixture.call(Self.action, "ReplicationGroupId=g&NodeGroupId=0001").expectSuccess()
            try await fixture.change("g") { $0.nodeGroups[0].testFailover = nil }
            fixture.clock.advance(number == 0 ? 3600 : 60)
        }
        try await fixture.expectRefusal(
            Self.action, "ReplicationGroupId=g&NodeGroupId=0001", "APICallRateForCustomerExceeded", "15 node groups in 24 hours")
        try await fixture.available("g", "NumCacheClusters=2&AutomaticFailoverEnabled=true", region: "eu-west-1")
        let elsewhere = try await fixture.call(Self.action, "ReplicationGroupId=g&NodeGroupId=0001", region: "eu-west-1")
        #expect(elsewhere.code == "InvalidCacheClusterState", "past the rate, and stopped by what comes after it: \(elsewhere.text)")
        // A day after the first, one is free again.
        fixture.clock.advance(24 * 3600 - 3600 - 14 * 60 + 1)
        try await fixture.call(Self.action, "ReplicationGroupId=g&NodeGroupId=0001").expectSuccess()
        try await fixture.change("g") { $0.nodeGroups[0].testFailover = nil }
        try await fixture.expectRefusal(
            Self.action, "ReplicationGroupId=g&NodeGroupId=0001", "APICallRateForCustomerExceeded", "15")
    }

    /// Of different groups: neither's record tells the other of it.
    @Test func theLastOfADayIsTakenOnce() async throws {
        for _ in 0..<8 {
            let fixture = try await Fixture()
            for group in ["g", "h"] {
                try await fixture.available(group, "NumCacheClusters=2&AutomaticFailoverEnabled=true")
                try await fixture.run(group)
            }
            for _ in 0..<14 {
                try await fixture.call(Self.action, "ReplicationGroupId=g&NodeGroupId=0001").expectSuccess()
                try await fixture.change("g") { $0.nodeGroups[0].testFailover = nil }
            }
            async let one = fixture.call(Self.action, "ReplicationGroupId=g&NodeGroupId=0001")
            async let other = fixture.call(Self.action, "ReplicationGroupId=h&NodeGroupId=0001")
            let replies = [try await one, try await other]
            #expect(replies.count { $0.status == 200 } == 1)
            #expect(replies.compactMap(\.code) == ["APICallRateForCustomerExceeded"], "\(replies.map(\.text))")
            #expect(["g", "h"].count { fixture.group($0)?.nodeGroups[0].testFailover != nil } == 1)
            // What is counted is on record.
            var state = WorldState()
            for record in try await fixture.store.list(prefix: "").records { state.load(record) }
            #expect(state.unreadable.isEmpty && state.failoverTests[Fixture.home]?.value.count == 15)
        }
    }

    @Test func aShardThatReboots() async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", "NumCacheClusters=3&AutomaticFailoverEnabled=true")
        try await fixture.run("g")
        try await fixture.change("g") { $0.nodeGroups[0].members[0].change = .rebooting(incarnation: 1) }
        try await fixture.expectRefusal(Self.action, "ReplicationGroupId=g&NodeGroupId=0001", "InvalidCacheClusterState", "g-001")
        try await fixture.change("g") { group in
            group.nodeGroups[0].members[0].change = nil
            for m in [1, 2] { group.nodeGroups[0].members[m].change = .rebooting(incarnation: 1) }
        }
        try await fixture.expectRefusal(Self.action, "ReplicationGroupId=g&NodeGroupId=0001", "InvalidCacheClusterState", "g-002")
        // One replica that stays is enough.
        try await fixture.change("g") { $0.nodeGroups[0].members[2].change = nil }
        try await fixture.call(Self.action, "ReplicationGroupId=g&NodeGroupId=0001").expectSuccess()
    }
}
