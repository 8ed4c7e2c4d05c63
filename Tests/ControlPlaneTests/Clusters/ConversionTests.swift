import CacheModel
import Planning
import Testing

@testable import ControlPlane

/// CreateReplicationGroup with PrimaryClusterId.
@Suite struct ConversionTests {
    private static let action = "CreateReplicationGroup"
    private static let base = "ReplicationGroupId=g&ReplicationGroupDescription=d&PrimaryClusterId=c"

    @Test func theProcessGoesOn() async throws {
        let fixture = try await Fixture()
        try await fixture.availableCluster("c", "Port=7000&Tags.Tag.1.Key=a&PreferredAvailabilityZone=us-east-1c&SnapshotRetentionLimit=2")
        let before = try #require(fixture.cluster("c"))
        fixture.clock.advance(60)
        let reply = try await fixture.call(Self.action, "\(Self.base)&NumCacheClusters=3&AutomaticFailoverEnabled=true")
        #expect(reply.first("Status") == "creating" && reply.first("AutomaticFailover") == "enabling", "\(reply.text)")
        #expect(reply.all("ClusterId") == ["c", "g-001", "g-002"] && !reply.has("NodeGroups"))
        #expect(reply.first("SnapshottingClusterId") == "c" && reply.first("SnapshotRetentionLimit") == "2")

        #expect(fixture.cluster("c") == nil)
        let group = try #require(fixture.group("g"))
        let primary = try #require(group.member("c"))
        #expect(group.uid == before.uid && group.credentials == before.credentials && group.build == before.build && group.port == 7000)
        #expect(primary.process == before.members[0].process && primary.address == before.members[0].address)
        #expect(primary.createTime == before.createTime && group.createTime == fixture.clock.now)
        #expect(group.nodeGroups[0].primary == "c" && group.isConversion)
        #expect(group.members.map(\.change) == [nil, .joining, .joining])
        #expect(
            group.members.map(\.zone) == ["us-east-1c", "us-east-1d", "us-east-1e"] && group.members.allSatisfy { $0.tags == before.tags })
        // What speaks of the process is the group's now, and nothing of the cluster's is left.
        #expect(fixture.world.read { $0.owners[primary.process] } == group.key)
        #expect(try await fixture.records().keys.count { $0.hasPrefix("cluster/") } == 0)
        #expect(fixture.process("c")?.incarnation == 1)

        let shown = try await fixture.call("DescribeCacheClusters", "CacheClusterId=c&ShowCacheNodeInfo=true")
        #expect(shown.first("CacheClusterStatus") == "modifying" && shown.first("ReplicationGroupId") == "g" && shown.has("CacheNodes"))
        #expect(try await fixture.call("DescribeCacheClusters", "CacheClusterId=g-001").first("CacheClusterStatus") == "creating")

        try await fixture.perform([.joined(member: "g-001"), .joined(member: "g-002"), .becomeAvailable], on: "g")
        #expect(
            fixture.events(of: "g") == [
                "Replication group g created", "Automatic failover has been turned on for replication group g",
            ])
        #expect(fixture.events(of: "c").count { $0 == "Cache cluster created" } == 1)
        #expect(fixture.events(of: "g-001").count { $0 == "Cache cluster created" } == 1)
    }

    @Test func aloneWithAnEndpoint() async throws {
        let fixture = try await Fixture()
        try await fixture.availableCluster("c", "Tags.Tag.1.Key=a")
        try await fixture.call(Self.action, "\(Self.base)&Tags.Tag.1.Key=b").expectSuccess()
        let group = try #require(fixture.group("g"))
        #expect(group.members.map(\.id) == ["c"] && group.nodeGroups[0].primaryAddress != nil && group.nodeGroups[0].readerAddress != nil)
        // Tags of the request take the place of the cluster's.
        #expect(group.tags == [Tag(key: "b", value: "")] && group.members[0].tags == group.tags)
    }

    /// Whoever listens at its endpoint keeps a node that ended meanwhile from nothing: that address it is given when it runs.
    @Test func aNodeThatEndsOnTheWayComesUpAtItsOwnAddress() async throws {
        let fixture = try await Fixture()
        try await fixture.availableCluster("c")
        try await fixture.call(Self.action, Self.base).expectSuccess()
        let group = try #require(fixture.group("g"))
        let restart = Step.start(member: "c", follows: nil, data: .init())
        let endpoint = try #require(group.nodeGroups[0].primaryAddress?.description)
        try await fixture.perform([restart], on: "g")
        #expect(fixture.process("c")?.listens.map(\.address) == [group.members[0].address.description])

        try await fixture.perform([.becomeAvailable, restart], on: "g")
        #expect(fixture.process("c")?.listens.map(\.address) == [group.members[0].address.description, endpoint])

        try await fixture.change("g") { $0.nodeGroups[0].history = "h" }
        try await fixture.call("DeleteReplicationGroup", "ReplicationGroupId=g&RetainPrimaryCluster=true").expectSuccess()
        try await fixture.perform([restart], on: "g")
        #expect(fixture.process("c")?.listens.map(\.address) == [group.members[0].address.description])
    }

    /// And back again: each time the same process.
    @Test func thereAndBack() async throws {
        let fixture = try await Fixture()
        try await fixture.availableCluster("g-001")
        let before = try #require(fixture.cluster("g-001"))
        for _ in 0..<2 {
            try await fixture.call(
                Self.action, "ReplicationGroupId=g&ReplicationGroupDescription=d&PrimaryClusterId=g-001&NumCacheClusters=2"
            ).expectSuccess()
            #expect(fixture.group("g")?.members.map(\.id) == ["g-001", "g-002"])
            try await fixture.change("g") { $0.nodeGroups[0].history = "h" }
            try await fixture.perform(
                [.start(member: "g-002", follows: "g-001", data: .init()), .joined(member: "g-002"), .becomeAvailable], on: "g")
            try await fixture.call("DeleteReplicationGroup", "ReplicationGroupId=g&RetainPrimaryCluster=true").expectSuccess()
            let leaving = try await fixture.call("DescribeCacheClusters", "CacheClusterId=g-001&ShowCacheNodeInfo=true")
            #expect(leaving.first("CacheClusterStatus") == "modifying" && leaving.has("CacheNodes"))
            try await fixture.perform([.becomeCacheCluster], on: "g")
            let alone = try #require(fixture.cluster("g-001"))
            #expect(alone.uid == before.uid && alone.members[0].process == before.members[0].process)
            #expect(alone.nodeGroups[0].history == "h" && alone.nodeGroups[0].primaryAddress == nil)
            #expect(fixture.world.read { Set($0.addresses.keys) } == [before.members[0].address])
            #expect(fixture.world.read { Array($0.processes.keys) } == [before.members[0].process])
        }
    }

    @Test(arguments: [
        (
            "NumCacheClusters=2&PreferredCacheClusterAZs.AvailabilityZone.1=us-east-1a&PreferredCacheClusterAZs.AvailabilityZone.2=us-east-1f",
            "af"
        ),
        ("ReplicasPerNodeGroup=2&NumNodeGroups=1", "abc"),
        (
            "NodeGroupConfiguration.NodeGroupConfiguration.1.ReplicaCount=1"
                + "&NodeGroupConfiguration.NodeGroupConfiguration.1.ReplicaAvailabilityZones.AvailabilityZone.1=us-east-1e", "ae"
        ),
    ])
    func zones(form: String, letters: String) async throws {
        let fixture = try await Fixture()
        try await fixture.availableCluster("c")
        try await fixture.call(Self.action, "\(Self.base)&\(form)").expectSuccess()
        #expect(fixture.group("g")?.members.map(\.zone) == letters.map { "us-east-1\($0)" })
    }

    @Test(arguments: [
        ("CacheNodeType=cache.t3.micro", "InvalidParameterCombination", "CacheNodeType"),
        ("Engine=redis", "InvalidParameterCombination", "Engine"),
        ("EngineVersion=7.0", "InvalidParameterCombination", "EngineVersion"),
        ("CacheParameterGroupName=default.redis7", "InvalidParameterCombination", "CacheParameterGroupName"),
        ("CacheSubnetGroupName=default", "InvalidParameterCombination", "CacheSubnetGroupName"),
        ("SecurityGroupIds.SecurityGroupId.1=sg-1", "InvalidParameterCombination", "SecurityGroupIds"),
        ("Port=7001", "InvalidParameterCombination", "Port"),
        ("NumNodeGroups=2", "InvalidParameterCombination", "NumNodeGroups"),
        ("ClusterMode=enabled", "InvalidParameterCombination", "ClusterMode"),
        ("NumCacheClusters=7", "InvalidParameterValue", "The number of replicas per node group must be within 0 and 5."),
        ("AutomaticFailoverEnabled=true", "InvalidParameterCombination", "there must be at least 2 cache clusters"),
        ("PrimaryClusterId=x", "CacheClusterNotFound", "x"),
        ("PrimaryClusterId=h-001", "InvalidParameterCombination", "belongs to replication group h already"),
        ("PreferredCacheClusterAZs.AvailabilityZone.1=us-east-1b", "InvalidParameterCombination", "us-east-1a"),
        (
            "NodeGroupConfiguration.NodeGroupConfiguration.1.PrimaryAvailabilityZone=us-east-1b", "InvalidParameterCombination",
            "us-east-1a"
        ),
        ("ReplicationGroupId=h", "ReplicationGroupAlreadyExists", "h"),
        ("ReplicationGroupId=a--b", "InvalidParameterValue", "ReplicationGroupId"),
        ("TransitEncryptionEnabled=true", "InvalidParameterCombination", "TransitEncryptionEnabled"),
        ("AuthToken=0123456789abcdef", "InvalidParameterCombination", "AuthToken"),
        ("Tags.Tag.1.Key=aws:x", "InvalidParameterValue", "aws:"),
    ])
    func refused(form: String, code: String, text: String) async throws {
        let fixture = try await Fixture()
        try await fixture.availableCluster("c", "EngineVersion=7.0")
        try await fixture.available("h")
        try await fixture.expectRefusal(Self.action, "\(Self.base)&\(form)", code, text)
    }

    @Test func notWhileItIsSomethingElse() async throws {
        let fixture = try await Fixture()
        try await fixture.createCluster("c").expectSuccess()
        try await fixture.expectRefusal(Self.action, Self.base, "InvalidCacheClusterState", "creating")
        try await fixture.changeCluster("c") {
            $0.status = .available
            $0.nodeGroups[0].members[0].change = .rebooting(incarnation: 1)
        }
        try await fixture.expectRefusal(Self.action, Self.base, "InvalidCacheClusterState", "rebooting cache cluster nodes")
    }

    /// Somebody listens at the endpoint: it moves, and the node, which serves, does not.
    @Test func onlyTheEndpointsMove() async throws {
        let fixture = try await Fixture()
        try await fixture.availableCluster("c")
        try await fixture.call(Self.action, Self.base).expectSuccess()
        let before = try #require(fixture.group("g"))
        try await fixture.perform([.moveAddress(member: "c")], on: "g")
        let after = try #require(fixture.group("g"))
        #expect(after.members == before.members && fixture.process("c")?.incarnation == 1)
        #expect(after.nodeGroups[0].primaryAddress != before.nodeGroups[0].primaryAddress)
        let left = try #require(before.nodeGroups[0].primaryAddress)
        #expect(fixture.world.read { $0.addresses[left]?.value } == "elsewhere \(before.uid)")
        try await fixture.perform([.becomeAvailable], on: "g")
        #expect(fixture.world.read { $0.addresses[left] == nil })
    }

    /// What it had it keeps: a conversion that fails is the way back.
    @Test func oneThatFailsGivesTheClusterBack() async throws {
        let fixture = try await Fixture()
        try await fixture.availableCluster("c")
        let before = try #require(fixture.cluster("c"))
        try await fixture.call(Self.action, "\(Self.base)&NumCacheClusters=2").expectSuccess()
        try await fixture.perform([.fail(reason: "why")], on: "g")
        let group = try #require(fixture.group("g"))
        #expect(group.status == .deleting && group.retainsPrimary && fixture.process("c")?.goal == .running)
        #expect(fixture.events(of: "g").contains("Replication group g could not be created: why"))
        try await fixture.perform([.becomeCacheCluster], on: "g")
        #expect(fixture.cluster("c")?.members[0].process == before.members[0].process && fixture.cluster("c")?.status == .available)
    }

    @Test func failoverIsOffWhereNoReplicaCouldBeHad() async throws {
        let fixture = try await Fixture()
        try await fixture.availableCluster("c")
        try await fixture.call(Self.action, "\(Self.base)&NumCacheClusters=2&AutomaticFailoverEnabled=true").expectSuccess()
        try await fixture.perform([.abandon(member: "g-001", reason: "why"), .dropMember("g-001"), .becomeAvailable], on: "g")
        let group = try #require(fixture.group("g"))
        #expect(group.members.map(\.id) == ["c"] && !group.automaticFailover && group.status == .available)
        #expect(fixture.events(of: "g").contains("Automatic failover has been turned off for replication group g"))
    }
}
