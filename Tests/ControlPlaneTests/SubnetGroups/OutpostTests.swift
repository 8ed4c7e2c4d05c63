import CacheModel
import Testing

@testable import ControlPlane

/// Nodes on Outposts: in subnets that are labelled so.
@Suite struct OutpostTests {
    private static let arn = SampleNetwork.outpost.escaped
    private static let group = "CacheSubnetGroupName=out&"

    private static func fixture() async throws -> Fixture {
        let fixture = try await SampleNetwork.fixture()
        try await fixture.makeSubnetGroup("out", "out").expectSuccess()
        return fixture
    }

    @Test func nodesArePlacedAndShownThere() async throws {
        let fixture = try await Self.fixture()
        let shard = "PrimaryOutpostArn=\(Self.arn)&ReplicaOutpostArns.OutpostArn.1=\(Self.arn)"
        let created = try await fixture.create("g", Self.group + Refusal.shards(shard))
        created.expectSuccess()
        #expect(created.all("ReplicationGroupOutpostArn") == [SampleNetwork.outpost, SampleNetwork.outpost])
        let group = try #require(fixture.group("g"))
        #expect(group.members.map(\.subnet) == ["subnet-out", "subnet-out"] && group.members.map(\.zone) == ["us-east-1b", "us-east-1b"])
        try await fixture.set("g", .available)
        let described = try await fixture.call("DescribeReplicationGroups", "ReplicationGroupId=g")
        #expect(described.all("PreferredOutpostArn") == [SampleNetwork.outpost, SampleNetwork.outpost])
        let cluster = try await fixture.call("DescribeCacheClusters", "CacheClusterId=g-001&ShowCacheNodeInfo=true")
        #expect(
            cluster.first("PreferredOutpostArn") == SampleNetwork.outpost && cluster.first("CustomerOutpostArn") == SampleNetwork.outpost)
        let subnets = try await fixture.call("DescribeCacheSubnetGroups", "CacheSubnetGroupName=out")
        #expect(subnets.all("SubnetOutpostArn") == [SampleNetwork.outpost])
    }

    /// A subnet group says where, too.
    @Test func theSubnetGroupAloneIsEnough() async throws {
        let fixture = try await Self.fixture()
        try await fixture.create("g", Self.group + "NumCacheClusters=2").expectSuccess()
        #expect(fixture.group("g")?.members.map(\.outpost) == [SampleNetwork.outpost, SampleNetwork.outpost])
        let elsewhere = try await fixture.create("h", "NumCacheClusters=2")
        #expect(!elsewhere.has("MemberClustersOutpostArns") && fixture.group("h")?.members.allSatisfy { $0.outpost == nil } == true)
    }

    static let refusals: [(form: String, code: String, text: String)] = [
        (
            group + Refusal.shards("PrimaryOutpostArn=arn"), "InvalidParameterValue",
            "NodeGroupConfiguration.NodeGroupConfiguration.1.PrimaryOutpostArn names no Outpost: arn"
        ),
        (
            group + Refusal.shards("PrimaryOutpostArn=\(arn)&ReplicaOutpostArns.OutpostArn.1=x"), "InvalidParameterValue",
            "ReplicaOutpostArns.OutpostArn.1 names no Outpost: x"
        ),
        (
            Refusal.shards("PrimaryOutpostArn=\(arn)"), "InvalidParameterCombination",
            "names an Outpost on which cache subnet group default has no subnet"
        ),
        (
            group + Refusal.shards("PrimaryOutpostArn=\(SampleNetwork.unused.escaped)"), "InvalidParameterCombination",
            "on which cache subnet group out has no subnet"
        ),
        (
            group + Refusal.shards("PrimaryAvailabilityZone=us-east-1b&PrimaryOutpostArn=\(SampleNetwork.unused.escaped)"),
            "InvalidParameterCombination", "an Outpost in us-east-1a, and the node was asked for in us-east-1b"
        ),
        (
            group + Refusal.shards("ReplicaCount=2&ReplicaOutpostArns.OutpostArn.1=\(arn)"), "InvalidParameterValue",
            "ReplicaOutpostArns has 1 Outposts for 2 replicas"
        ),
        (
            group + Refusal.shards("PrimaryOutpostArn=\(arn)") + "&NumCacheClusters=1&" + Refusal.zones("us-east-1b"),
            "InvalidParameterCombination", "PreferredCacheClusterAZs can not be used together with Outposts"
        ),
    ]

    @Test(arguments: refusals.indices)
    func refuses(index: Int) async throws {
        let refusal = Self.refusals[index]
        let form = "ReplicationGroupId=g&ReplicationGroupDescription=d&CacheNodeType=cache.t3.micro&\(refusal.form)"
        try await Self.fixture().expectRefusal("CreateReplicationGroup", form, refusal.code, refusal.text)
    }
}
