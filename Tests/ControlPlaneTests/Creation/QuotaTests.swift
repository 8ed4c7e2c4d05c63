import CacheModel
import Testing

@testable import ControlPlane

/// What an account may have, counted over its region.
@Suite struct QuotaTests {
    private static func quotas(_ text: String) throws -> Quotas {
        var quotas = Quotas()
        try quotas.set(text)
        return quotas
    }

    @Test func nodesOfAnAccount() async throws {
        let fixture = try await Fixture(quotas: try Self.quotas("nodes-per-region=5"))
        try await fixture.available("a", "NumCacheClusters=3")
        let before = try await fixture.records()
        let reply = try await fixture.create("b", "NumCacheClusters=3")
        #expect(reply.code == "NodeQuotaForCustomerExceeded" && reply.status == 400, "\(reply.text)")
        #expect(reply.message.hasPrefix("Customer node quota exceeded. You can have at most 5 nodes in this region"))
        #expect(try await fixture.records() == before)
        // Exactly so many, and in another region as many again.
        try await fixture.create("b", "NumCacheClusters=2").expectSuccess()
        #expect(try await fixture.create("c").code == "NodeQuotaForCustomerExceeded")
        try await fixture.create("c", "NumCacheClusters=5", region: "eu-west-1").expectSuccess()
    }

    @Test func addedReplicasCountToo() async throws {
        let fixture = try await Fixture(quotas: try Self.quotas("nodes-per-region=4"))
        try await fixture.available("g", "NumCacheClusters=2")
        let increase = "ReplicationGroupId=g&ApplyImmediately=true&NewReplicaCount="
        try await fixture.expectRefusal("IncreaseReplicaCount", increase + "4", "NodeQuotaForCustomerExceeded", "at most 4")
        try await fixture.call("IncreaseReplicaCount", increase + "3").expectSuccess()
        #expect(fixture.group("g")?.members.count == 4)
    }

    /// Each sees the others that are about to be recorded.
    @Test func callsAtTheSameTimeKeepTheQuotaTogether() async throws {
        let fixture = try await Fixture(quotas: try Self.quotas("nodes-per-region=9"))
        let created = try await withThrowingTaskGroup(of: Bool.self) { group in
            for n in 0..<30 { group.addTask { try await fixture.create("g\(n)", "NumCacheClusters=2").status == 200 } }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(created == 4)
        #expect(fixture.world.read { $0.groups.count } == 4)
    }

    @Test func clustersOfAnAccount() async throws {
        let fixture = try await Fixture(quotas: try Self.quotas("clusters-per-region=2"))
        try await fixture.available("a")
        try await fixture.available("b", "NumCacheClusters=2")
        let reply = try await fixture.create("c")
        #expect(reply.code == "ClusterQuotaForCustomerExceeded" && reply.message.contains("at most 2 clusters"), "\(reply.text)")
        // A group that is there may grow.
        try await fixture.call("IncreaseReplicaCount", "ReplicationGroupId=b&ApplyImmediately=true&NewReplicaCount=2").expectSuccess()
    }

    @Test(arguments: [
        ("NumNodeGroups=500&Engine=valkey", nil),
        ("NumNodeGroups=501", "NodeGroupsPerReplicationGroupQuotaExceeded"),
        ("NumNodeGroups=251&EngineVersion=5.0.6", nil),
        ("NumNodeGroups=251&EngineVersion=5.0.5", "NodeGroupsPerReplicationGroupQuotaExceeded"),
        ("NumNodeGroups=126&ReplicasPerNodeGroup=1&EngineVersion=5.0.5", "NodeQuotaForClusterExceeded"),
        ("NumNodeGroups=84&ReplicasPerNodeGroup=5", "NodeQuotaForClusterExceeded"),
        ("NumNodeGroups=83&ReplicasPerNodeGroup=5", nil),
    ])
    func raised(_ form: String, _ code: String?) async throws {
        let fixture = try await Fixture(quotas: try Self.quotas("nodes-per-region=1000,nodes-per-cluster=500,shards-per-group=500"))
        #expect(try await fixture.create("g", form).code == code)
    }

    @Test func replicasOfAShard() async throws {
        let fixture = try await Fixture(quotas: try Self.quotas("replicas-per-shard=8"))
        try await fixture.available("g", "NumCacheClusters=9")
        let reply = try await fixture.create("h", "NumCacheClusters=10")
        #expect(reply.code == "InvalidParameterValue")
        #expect(reply.message.contains("The number of replicas per node group must be within 0 and 8."))
    }

    @Test func tagsOfAResource() async throws {
        let fixture = try await Fixture(quotas: try Self.quotas("tags-per-resource=1"))
        let reply = try await fixture.create("g", "Tags.Tag.1.Key=a&Tags.Tag.2.Key=b")
        #expect(reply.code == "TagQuotaPerResourceExceeded" && reply.message.contains("at most 1"))
    }

    /// Of all accounts and regions together: three nodes of half a gibibyte.
    @Test func memoryOfTheMachine() async throws {
        let fixture = try await Fixture(memory: MemoryBudget(machine: 1 << 30, overcommit: 1.5))
        try await fixture.available("a", "NumCacheClusters=2")
        let before = try await fixture.records()
        let refused = try await fixture.create("b", "NumCacheClusters=2", region: "eu-west-1")
        #expect(refused.code == "InsufficientCacheClusterCapacity" && refused.message.contains("cache.t3.micro"), "\(refused.text)")
        #expect(refused.message.contains("1536 MiB") && refused.message.contains("1024 MiB are"))
        #expect(try await fixture.records() == before)
        try await fixture.create("b", region: "eu-west-1").expectSuccess()
        try await fixture.expectRefusal(
            "IncreaseReplicaCount", "ReplicationGroupId=a&ApplyImmediately=true&NewReplicaCount=2", "InsufficientCacheClusterCapacity",
            "512 MiB")
    }

    @Test func withoutABudgetNothingIsRefusedForMemory() async throws {
        try await Fixture().create("g", "NumCacheClusters=6&CacheNodeType=cache.r5.24xlarge").expectSuccess()
    }
}
