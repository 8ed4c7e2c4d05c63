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

    // MARK: Replicas that come and go

    private static func shard(_ count: Int, _ arns: [String], zones: [String] = []) -> String {
        let path = "ReplicaConfiguration.ConfigureShard.1"
        let lists =
            arns.enumerated().map { "&\(path).PreferredOutpostArns.PreferredOutpostArn.\($0 + 1)=\($1)" }
            + zones.enumerated().map { "&\(path).PreferredAvailabilityZones.PreferredAvailabilityZone.\($0 + 1)=\($1)" }
        return "ReplicationGroupId=g&ApplyImmediately=true&\(path).NodeGroupId=0001&\(path).NewReplicaCount=\(count)" + lists.joined()
    }

    private static func group(of nodes: Int) async throws -> Fixture {
        let fixture = try await fixture()
        try await fixture.create("g", group + "NumCacheClusters=\(nodes)").expectSuccess()
        try await fixture.set("g", .available)
        return fixture
    }

    @Test func replicasAreAddedThereAndTakenAway() async throws {
        let fixture = try await Self.group(of: 2)
        let zones = ["us-east-1b", "us-east-1b", "us-east-1b"]
        try await fixture.call("IncreaseReplicaCount", Self.shard(2, [Self.arn, Self.arn, Self.arn], zones: zones)).expectSuccess()
        let members = try #require(fixture.group("g")).members
        #expect(members.map(\.change) == [nil, nil, .joining] && members[2].outpost == SampleNetwork.outpost)
        let shrunk = try await Self.group(of: 3)
        try await shrunk.call("DecreaseReplicaCount", Self.shard(1, [Self.arn, Self.arn])).expectSuccess()
        #expect(try #require(shrunk.group("g")).members.map(\.change) == [nil, nil, .leaving])
    }

    static let changes: [(action: String, form: String, code: String, text: String)] = [
        (
            "IncreaseReplicaCount", shard(2, [arn]), "InvalidParameterValue",
            "ConfigureShard.1.PreferredOutpostArns must have one Outpost for the primary and one for each of NewReplicaCount 2. It has 1."
        ),
        (
            "IncreaseReplicaCount", shard(2, [arn, arn, "x"]), "InvalidParameterValue",
            "ConfigureShard.1.PreferredOutpostArns.PreferredOutpostArn.3 names no Outpost: x"
        ),
        (
            "IncreaseReplicaCount", shard(2, [arn, arn, SampleNetwork.unused.escaped]), "InvalidParameterCombination",
            "names an Outpost on which cache subnet group out has no subnet"
        ),
        (
            "IncreaseReplicaCount", shard(2, [arn, arn, arn], zones: ["us-east-1b", "us-east-1b"]), "InvalidParameterValue",
            "PreferredAvailabilityZones must have one zone for the primary"
        ),
        (
            "DecreaseReplicaCount", shard(0, [SampleNetwork.unused.escaped]), "InvalidParameterValue",
            "PreferredOutpostArn.1 names an Outpost that no node of replication group g is on"
        ),
    ]

    @Test(arguments: changes.indices) func refusesChanges(index: Int) async throws {
        let change = Self.changes[index]
        try await Self.group(of: 2).expectRefusal(change.action, change.form, change.code, change.text)
    }
}
