import CacheModel
import Testing

@testable import ControlPlane

@Suite struct DescribeCacheClustersTests {
    @Test func aMember() async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", "NumCacheClusters=2&EngineVersion=7.0&SnapshotRetentionLimit=3")
        let reply = try await fixture.call("DescribeCacheClusters", "CacheClusterId=G-002")
        #expect(reply.all("CacheCluster").count == 1 && reply.first("CacheClusterId") == "g-002")
        #expect(reply.first("EngineVersion") == "7.0.7" && reply.first("Engine") == "redis")
        #expect(reply.first("CacheClusterStatus") == "available" && reply.first("NumCacheNodes") == "1")
        #expect(reply.first("PreferredAvailabilityZone") == "us-east-1b" && reply.first("ReplicationGroupId") == "g")
        #expect(reply.first("CacheParameterGroupName") == "default.redis7" && reply.first("ParameterApplyStatus") == "in-sync")
        #expect(reply.first("CacheSubnetGroupName") == "default" && reply.first("SnapshotRetentionLimit") == "3")
        #expect(reply.first("ARN") == "arn:aws:elasticache:us-east-1:000000000000:cluster:g-002")
        #expect(reply.has("PendingModifiedValues") && reply.has("CacheSecurityGroups") && reply.has("LogDeliveryConfigurations"))
        #expect(!reply.has("CacheNodes"))
        // The retention is the snapshotting cluster's.
        #expect(try await fixture.call("DescribeCacheClusters", "CacheClusterId=g-001").first("SnapshotRetentionLimit") == "0")
    }

    @Test(arguments: [(GroupStatus.creating, false), (.available, true), (.modifying, true), (.deleting, false), (.createFailed, false)])
    func nodesShowWhenAskedForAndThere(status: GroupStatus, shows: Bool) async throws {
        let fixture = try await Fixture()
        try await fixture.create("g", "Port=7002")
        try await fixture.set("g", status)
        let reply = try await fixture.call("DescribeCacheClusters", "CacheClusterId=g-001&ShowCacheNodeInfo=true")
        // Clusters have no status of their own for a creation that failed.
        #expect(reply.first("CacheClusterStatus") == (status == .createFailed ? "incompatible-network" : status.rawValue))
        let group = try await fixture.call("DescribeReplicationGroups", "ReplicationGroupId=g")
        #expect(group.first("Status") == status.rawValue)
        #expect(reply.has("CacheNodes") == shows)
        guard shows else { return }
        let address = try #require(fixture.group("g")?.members.first?.address)
        #expect(reply.text.contains("<Endpoint><Address>\(address)</Address><Port>7002</Port></Endpoint>"))
        #expect(reply.first("CacheNodeId") == "0001" && reply.first("CustomerAvailabilityZone") == "us-east-1a")
    }

    @Test func allClustersAcrossGroups() async throws {
        let fixture = try await Fixture()
        try await fixture.create("b", "NumNodeGroups=2&ReplicasPerNodeGroup=1")
        try await fixture.create("a", "NumCacheClusters=2")
        let reply = try await fixture.call("DescribeCacheClusters")
        #expect(reply.all("CacheClusterId") == ["a-001", "a-002", "b-0001-001", "b-0001-002", "b-0002-001", "b-0002-002"])
        let alone = try await fixture.call("DescribeCacheClusters", "ShowCacheClustersNotInReplicationGroups=true")
        #expect(alone.status == 200 && alone.all("CacheCluster").isEmpty)
    }

    @Test func pagesOverClusters() async throws {
        let fixture = try await Fixture()
        for group in ["a", "b", "c", "d"] { try await fixture.create(group, "NumCacheClusters=6") }
        let first = try await fixture.call("DescribeCacheClusters", "MaxRecords=20")
        let second = try await fixture.call("DescribeCacheClusters", "MaxRecords=20&Marker=\(try #require(first.marker).escaped)")
        let all = try await fixture.call("DescribeCacheClusters").all("CacheClusterId")
        #expect(all.count == 24 && first.all("CacheClusterId") + second.all("CacheClusterId") == all && second.marker == nil)
    }

    /// A group's id may itself look like a member's.
    @Test(arguments: ["g-001-001", "g-001"])
    func namesWithHyphensAreTakenApartRightly(id: String) async throws {
        let fixture = try await Fixture()
        try await fixture.create("g")
        try await fixture.create("g-001")
        let reply = try await fixture.call("DescribeCacheClusters", "CacheClusterId=\(id)")
        #expect(reply.first("ReplicationGroupId") == String(id.dropLast(4)))
    }

    @Test(arguments: ["g-003", "g", "g-0001", "h-001", "g-001-", "-"])
    func whatIsNotThereIsAnError(id: String) async throws {
        let fixture = try await Fixture()
        try await fixture.create("g", "NumCacheClusters=2")
        let reply = try await fixture.call("DescribeCacheClusters", "CacheClusterId=\(id)")
        #expect(reply.status == 404 && reply.code == "CacheClusterNotFound" && reply.message == "CacheCluster not found: \(id)")
    }
}
