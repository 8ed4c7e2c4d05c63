import CacheModel
import Planning
import Testing

@testable import ControlPlane

@Suite struct DeleteCacheClusterTests {
    /// A primary that outlived its group.
    private func alone(in fixture: Fixture) async throws {
        try await fixture.available("g", "NumCacheClusters=2&Tags.Tag.1.Key=a")
        try await fixture.change("g") { $0.retainsPrimary = true }
        try await fixture.perform([.becomeCacheCluster], on: "g")
    }

    @Test func aLoneClusterGoes() async throws {
        let fixture = try await Fixture()
        try await alone(in: fixture)
        let shown = try await fixture.call("DescribeCacheClusters", "ShowCacheClustersNotInReplicationGroups=true&ShowCacheNodeInfo=true")
        #expect(shown.all("CacheClusterId") == ["g-001"] && !shown.has("ReplicationGroupId") && shown.has("CacheNodes"))
        let reply = try await fixture.call("DeleteCacheCluster", "CacheClusterId=G-001")
        #expect(reply.first("CacheClusterStatus") == "deleting" && !reply.has("CacheNodes"))
        let again = try await fixture.call("DeleteCacheCluster", "CacheClusterId=g-001")
        #expect(again.code == "InvalidCacheClusterState" && again.message.contains("status deleting"))
    }

    @Test func aFinalSnapshotIsNotServed() async throws {
        let fixture = try await Fixture()
        try await alone(in: fixture)
        let reply = try await fixture.call("DeleteCacheCluster", "CacheClusterId=g-001&FinalSnapshotIdentifier=s")
        #expect(reply.code == "InvalidParameterValue" && reply.message.contains("FinalSnapshotIdentifier"))
        #expect(fixture.world.read { $0.groups[fixture.key("g-001", kind: .cacheCluster)]?.value.status } == .available)
    }

    @Test(arguments: [
        ("NumCacheClusters=1", "g-001", "InvalidCacheClusterState", "only member"),
        ("NumCacheClusters=2", "g-001", "InvalidCacheClusterState", "serving as primary"),
        ("NumCacheClusters=2&AutomaticFailoverEnabled=true", "g-002", "InvalidCacheClusterState", "only read replica"),
        ("NumNodeGroups=2", "g-0001-001", "InvalidParameterCombination", "cluster mode enabled"),
        ("NumCacheClusters=2", "g-003", "CacheClusterNotFound", "g-003"),
    ])
    func membersAreTheirGroupsMatter(group: String, cluster: String, code: String, text: String) async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", group)
        let before = try await fixture.records()
        let reply = try await fixture.call("DeleteCacheCluster", "CacheClusterId=\(cluster)")
        #expect(reply.code == code && reply.message.contains(text), "\(reply.text)")
        #expect(try await fixture.records() == before)
    }

    @Test func aReplicaLeavesItsGroup() async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", "NumCacheClusters=3&AutomaticFailoverEnabled=true")
        try await fixture.change("g") { $0.pending = PendingChanges(primaryClusterID: "g-002") }
        let reply = try await fixture.call("DeleteCacheCluster", "CacheClusterId=g-002")
        #expect(reply.first("CacheClusterStatus") == "deleting" && reply.first("ReplicationGroupId") == "g", "\(reply.text)")
        let group = try #require(fixture.group("g"))
        #expect(group.members.map(\.change) == [nil, .leaving, nil] && group.status == .modifying && group.pending == nil)
        #expect(fixture.events(of: "g").last?.contains("g-002 is no member any more") == true)
        try await fixture.expectRefusal("DeleteCacheCluster", "CacheClusterId=g-002", "InvalidCacheClusterState", "status deleting")
        try await fixture.expectRefusal("DeleteReplicationGroup", "ReplicationGroupId=g", "InvalidReplicationGroupState", "modifying")
    }

    /// The last one too, where nothing would take over anyway.
    @Test func theLastReplicaWithoutFailover() async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", "NumCacheClusters=2")
        try await fixture.call("DeleteCacheCluster", "CacheClusterId=g-002").expectSuccess()
        #expect(fixture.group("g")?.nodeGroups[0].remaining.map(\.id) == ["g-001"])
    }

    @Test func multiAZKeepsItsZones() async throws {
        let fixture = try await Fixture()
        let zones = ["a", "a", "b"].enumerated().map { "&PreferredCacheClusterAZs.AvailabilityZone.\($0 + 1)=us-east-1\($1)" }.joined()
        try await fixture.available("g", "NumCacheClusters=3&AutomaticFailoverEnabled=true&MultiAZEnabled=true" + zones)
        try await fixture.expectRefusal(
            "DeleteCacheCluster", "CacheClusterId=g-003", "InvalidParameterCombination", "two Availability Zones")
        try await fixture.call("DeleteCacheCluster", "CacheClusterId=g-002").expectSuccess()
    }
}
