import CacheModel
import Testing

@testable import ControlPlane

/// The answer to a creation, beginning with the service model's own examples.
@Suite struct CreateReplicationGroupTests {
    private static let nodes = """
        AutomaticFailoverEnabled=true&CacheNodeType=cache.m3.medium&Engine=redis&EngineVersion=2.8.24&NumCacheClusters=3\
        &ReplicationGroupDescription=A%20Redis%20replication%20group.&ReplicationGroupId=my-redis-rg&SnapshotRetentionLimit=30
        """
    private static let shards = """
        AutoMinorVersionUpgrade=true&CacheNodeType=cache.m3.medium&CacheParameterGroupName=default.redis3.2.cluster.on&Engine=redis\
        &EngineVersion=3.2.4&NumNodeGroups=2&ReplicationGroupDescription=A%20multi-sharded%20replication%20group\
        &ReplicationGroupId=clustered-redis-rg&SnapshotRetentionLimit=8
        """
    private static let first = """
        PrimaryAvailabilityZone=us-east-1c&ReplicaAvailabilityZones.AvailabilityZone.1=us-east-1b&ReplicaCount=1&Slots=0-8999
        """
    private static let second = """
        PrimaryAvailabilityZone=us-east-1a&ReplicaAvailabilityZones.AvailabilityZone.1=us-east-1a\
        &ReplicaAvailabilityZones.AvailabilityZone.2=us-east-1c&ReplicaCount=2&Slots=9000-16383
        """

    @Test func answersTheFirstExample() async throws {
        let fixture = try await Fixture()
        let reply = try await fixture.call("CreateReplicationGroup", Self.nodes)
        #expect(reply.status == 200)
        #expect(reply.first("AutomaticFailover") == "enabling" && reply.first("Status") == "creating")
        #expect(reply.first("Description") == "A Redis replication group.")
        #expect(reply.all("ClusterId") == ["my-redis-rg-001", "my-redis-rg-002", "my-redis-rg-003"])
        #expect(reply.first("SnapshottingClusterId") == "my-redis-rg-002" && reply.first("ReplicationGroupId") == "my-redis-rg")
        #expect(reply.has("PendingModifiedValues") && !reply.has("NodeGroups"))
    }

    @Test func answersTheSecondExample() async throws {
        let fixture = try await Fixture()
        let reply = try await fixture.call("CreateReplicationGroup", Self.shards + "&" + Refusal.shards(Self.first, Self.second))
        #expect(reply.status == 200, "\(reply.text)")
        #expect(reply.first("AutomaticFailover") == "enabled" && reply.first("SnapshotRetentionLimit") == "8")
        let id = "clustered-redis-rg"
        #expect(reply.all("ClusterId") == ["\(id)-0001-001", "\(id)-0001-002", "\(id)-0002-001", "\(id)-0002-002", "\(id)-0002-003"])
        let group = try #require(fixture.group(id))
        #expect(group.nodeGroups.map { Slots.text($0.slots) } == ["0-8999", "9000-16383"])
        #expect(
            group.nodeGroups.map { $0.members.map(\.zone) } == [["us-east-1c", "us-east-1b"], ["us-east-1a", "us-east-1a", "us-east-1c"]])
        #expect(!reply.has("SnapshottingClusterId"))
    }

    /// Specification 3.1 and 5.
    @Test func saysWhatItKnowsAndNothingElse() async throws {
        let reply = try await Fixture().create("g", "NumCacheClusters=2")
        for element in [
            "ReplicationGroupId", "Description", "GlobalReplicationGroupInfo", "Status", "PendingModifiedValues", "MemberClusters",
            "AutomaticFailover", "MultiAZ", "SnapshotRetentionLimit", "SnapshotWindow", "ClusterEnabled", "CacheNodeType",
            "AuthTokenEnabled", "TransitEncryptionEnabled", "AtRestEncryptionEnabled", "ARN", "LogDeliveryConfigurations",
            "ReplicationGroupCreateTime", "DataTiering", "AutoMinorVersionUpgrade", "NetworkType", "IpDiscovery", "ClusterMode", "Engine",
        ] {
            #expect(reply.has(element), "\(element)")
        }
        for element in ["NodeGroups", "ConfigurationEndpoint", "SnapshottingClusterId", "TransitEncryptionMode", "KmsKeyId", "AuthToken"] {
            #expect(!reply.has(element), "\(element)")
        }
        #expect(reply.first("ARN") == "arn:aws:elasticache:us-east-1:000000000000:replicationgroup:g")
        #expect(reply.first("ReplicationGroupCreateTime") == "2026-11-23T03:00:00.000Z")
    }

    @Test func secretsAreNeverTold() async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", "NumCacheClusters=2")
        let secrets = try #require(fixture.group("g")).credentials
        for action in ["DescribeReplicationGroups", "DescribeCacheClusters", "DescribeEvents"] {
            let text = try await fixture.call(action).text
            #expect(!text.contains(secrets.administration) && !text.contains(secrets.replication))
        }
    }

    @Test func asManyNodesAsAQuotaCanBeRaisedTo() async throws {
        var quotas = Quotas()
        try quotas.set("nodes-per-region=500,nodes-per-cluster=500")
        let fixture = try await Fixture(quotas: quotas)
        let reply = try await fixture.create("g", "NumNodeGroups=83&ReplicasPerNodeGroup=5")
        #expect(reply.status == 200 && reply.all("ClusterId").count == 498)
        #expect(fixture.world.read { $0.addresses.count } == 499)
    }
}
