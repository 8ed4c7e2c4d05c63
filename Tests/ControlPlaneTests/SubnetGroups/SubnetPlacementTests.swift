import CacheModel
import Planning
import Testing

@testable import ControlPlane

/// Groups whose nodes are in the subnets of a subnet group.
@Suite struct SubnetPlacementTests {
    private static func zones(_ letters: String...) -> String { Refusal.zones("us-east-1\(letters[0])") }

    private static func isIn(_ address: IPAddress?, _ range: String) throws -> Bool {
        try IPv4Network(parsing: range).contains(try #require(address?.ipv4))
    }

    @Test func nodesAndEndpointsAreInTheSubnets() async throws {
        let fixture = try await SampleNetwork.fixture()
        try await fixture.makeSubnetGroup("mine", "x", "y").expectSuccess()
        try await fixture.available("g", "CacheSubnetGroupName=MINE&NumCacheClusters=3")
        let group = try #require(fixture.group("g"))
        #expect(group.network == GroupNetwork(subnetGroup: "mine", vpc: "vpc-other"))
        #expect(
            group.members.map(\.zone) == ["us-east-1d", "us-east-1e", "us-east-1d"]
                && group.members.map(\.subnet) == ["x", "y", "x"].map { "subnet-\($0)" })
        for member in group.members {
            #expect(try Self.isIn(member.address, member.subnet == "subnet-x" ? "127.31.1.0/29" : "127.31.2.0/29"))
        }
        // The VPC has no range for endpoints: they are in the first subnet with room.
        for address in group.endpointAddresses { #expect(try Self.isIn(address, "127.31.1.0/29")) }
        #expect(fixture.world.read { $0.regions.value.isEmpty }, "nothing is of the divided network")
        let cluster = try await fixture.call("DescribeCacheClusters", "CacheClusterId=g-001")
        #expect(cluster.first("CacheSubnetGroupName") == "mine")
        let grown = try await fixture.call("IncreaseReplicaCount", "ReplicationGroupId=g&NewReplicaCount=3&ApplyImmediately=true")
        grown.expectSuccess()
        let added = try #require(fixture.group("g")?.member("g-004"))
        #expect(added.subnet == "subnet-y" && added.zone == "us-east-1e")
    }

    @Test func withoutAGroupItIsTheDefaultOne() async throws {
        let fixture = try await SampleNetwork.fixture()
        try await fixture.create("g", "NumCacheClusters=6").expectSuccess()
        let group = try #require(fixture.group("g"))
        #expect(group.members.map(\.zone) == ["a", "b", "c", "a", "b", "c"].map { "us-east-1\($0)" }, "the zones that it covers")
        #expect(group.network == GroupNetwork(subnetGroup: "default", vpc: "vpc-main"))
        for address in group.endpointAddresses { #expect(try Self.isIn(address, "127.30.255.0/24")) }
        let divided = try await Fixture()
        try await divided.create("g", "CacheSubnetGroupName=Default").expectSuccess()
        let own = try #require(divided.group("g")?.members.first)
        let vpc = try #require(DefaultNetwork(Fixture.home).vpc)
        #expect(own.subnet == vpc.subnets[0].id && divided.group("g")?.network?.vpc == vpc.id)
    }

    /// Whoever has no default VPC has to say where.
    @Test func withoutADefaultVPCThereIsNone() async throws {
        let fixture = try await SampleNetwork.fixture()
        let reply = try await fixture.create("g", region: "eu-west-1")
        #expect(reply.code == "CacheSubnetGroupNotFoundFault" && reply.message.contains("no default VPC in eu-west-1"))
        #expect(try await fixture.records().isEmpty)
    }

    /// A zone may have several subnets.
    @Test func theNextSubnetOfAZoneTakesOver() async throws {
        let fixture = try await SampleNetwork.fixture()
        for number in 0..<12 {
            try await fixture.create("g\(number)", Self.zones("a") + "&NumCacheClusters=1").expectSuccess()
            let member = try #require(fixture.group("g\(number)")?.members.first)
            #expect(member.subnet == (number < 6 ? "subnet-a" : "subnet-a2"))
        }
        let before = try await fixture.records()
        let reply = try await fixture.create("more", Self.zones("a") + "&NumCacheClusters=1")
        #expect(reply.code == "InsufficientCacheClusterCapacity")
        for part in ["subnet-a (127.30.1.0/29, us-east-1a)", "subnet-a2 (127.30.4.0/29, us-east-1a)"] {
            #expect(reply.message.contains(part), "\(reply.message)")
        }
        #expect(try await fixture.records() == before)
        try await fixture.create("more", Self.zones("b") + "&NumCacheClusters=1").expectSuccess()
    }

    @Test func endpointsRunOutToo() async throws {
        let fixture = try await SampleNetwork.fixture()
        try await fixture.makeSubnetGroup("y", "y").expectSuccess()
        try await fixture.create("one", "CacheSubnetGroupName=y").expectSuccess()
        try await fixture.create("two", "CacheSubnetGroupName=y").expectSuccess()
        let reply = try await fixture.create("three", "CacheSubnetGroupName=y")
        #expect(reply.code == "InsufficientCacheClusterCapacity" && reply.message.contains("127.31.2.0/29"))
    }

    static let refusals: [(form: String, code: String, text: String)] = [
        ("CacheSubnetGroupName=none", "CacheSubnetGroupNotFoundFault", "Cache subnet group none does not exist."),
        ("CacheSubnetGroupName=six", "InvalidSubnet", "No subnet of cache subnet group six supports NetworkType ipv4"),
        (
            "CacheSubnetGroupName=de&NumCacheClusters=1&" + Refusal.zones("us-east-1a"), "InvalidParameterCombination",
            "PreferredCacheClusterAZs names us-east-1a, in which cache subnet group de has no subnet: it covers us-east-1d, us-east-1e"
        ),
        (
            "CacheSubnetGroupName=de&" + Refusal.shards("PrimaryAvailabilityZone=us-east-1b", "ReplicaCount=0"),
            "InvalidParameterCombination", "NodeGroupConfiguration.1.PrimaryAvailabilityZone names us-east-1b"
        ),
        (
            "CacheSubnetGroupName=de&" + Refusal.shards("ReplicaAvailabilityZones.AvailabilityZone.1=us-east-1b"),
            "InvalidParameterCombination", "ReplicaAvailabilityZones names us-east-1b"
        ),
        (
            "CacheSubnetGroupName=de&NumCacheClusters=1&" + Refusal.zones("us-east-1z"), "InvalidParameterValue",
            "us-east-1z is not a valid availability zone."
        ),
        (
            "CacheSubnetGroupName=d&NumCacheClusters=2&AutomaticFailoverEnabled=true&MultiAZEnabled=true", "InvalidParameterCombination",
            "cache subnet group d has subnets only in us-east-1d"
        ),
    ]

    @Test func aClusterOfItsOwnIsToldByItsOwnParameter() async throws {
        let fixture = try await SampleNetwork.fixture()
        try await fixture.makeSubnetGroup("de", "x", "y").expectSuccess()
        let form = "CacheClusterId=c&CacheNodeType=cache.t3.micro&CacheSubnetGroupName=de&PreferredAvailabilityZone=us-east-1a"
        try await fixture.expectRefusal(
            "CreateCacheCluster", form, "InvalidParameterCombination", "The parameter PreferredAvailabilityZone names us-east-1a, in which")
    }

    @Test(arguments: refusals.indices)
    func refuses(index: Int) async throws {
        let refusal = Self.refusals[index]
        let fixture = try await SampleNetwork.fixture()
        try await fixture.makeSubnetGroup("de", "x", "y").expectSuccess()
        try await fixture.makeSubnetGroup("d", "x", "z").expectSuccess()
        try await fixture.makeSubnetGroup("six", "6").expectSuccess()
        let form = "ReplicationGroupId=g&ReplicationGroupDescription=d&CacheNodeType=cache.t3.micro&\(refusal.form)"
        try await fixture.expectRefusal("CreateReplicationGroup", form, refusal.code, refusal.text)
    }

    @Test func whatIsInUseStays() async throws {
        let fixture = try await SampleNetwork.fixture()
        try await fixture.makeSubnetGroup("mine", "x", "y", "z").expectSuccess()
        try await fixture.available("g", "CacheSubnetGroupName=mine&NumCacheClusters=2")
        try await fixture.expectRefusal(
            "DeleteCacheSubnetGroup", "CacheSubnetGroupName=mine", "CacheSubnetGroupInUse",
            "Cache subnet group mine is currently in use by a cache cluster.")
        try await fixture.expectRefusal(
            "ModifyCacheSubnetGroup", "CacheSubnetGroupName=mine&SubnetIds.member.1=subnet-x&SubnetIds.member.2=subnet-z", "SubnetInUse",
            "The subnet subnet-y is in use by cache cluster g-002")
        try await fixture.call(
            "ModifyCacheSubnetGroup", "CacheSubnetGroupName=mine&SubnetIds.member.1=subnet-x&SubnetIds.member.2=subnet-y"
        )
        .expectSuccess()
        // Another group of the same name is another account's.
        let other = try await fixture.call(
            "DeleteCacheSubnetGroup", "CacheSubnetGroupName=mine", region: "us-east-1", accessKey: "111111111111")
        #expect(other.code == "CacheSubnetGroupNotFoundFault")
        try await fixture.perform([.fail(reason: "x"), .forget], on: "g")
        try await fixture.call("DeleteCacheSubnetGroup", "CacheSubnetGroupName=mine").expectSuccess()
    }

    /// An endpoint's address is the subnet's where the VPC has no others.
    @Test func anEndpointKeepsItsSubnet() async throws {
        let fixture = try await SampleNetwork.fixture()
        try await fixture.makeSubnetGroup("mine", "x", "y").expectSuccess()
        try await fixture.available("g", "CacheSubnetGroupName=mine&NumCacheClusters=1&" + Refusal.zones("us-east-1e"))
        try await fixture.expectRefusal(
            "ModifyCacheSubnetGroup", "CacheSubnetGroupName=mine&SubnetIds.member.1=subnet-y", "SubnetInUse", "an endpoint of g")
    }

    /// Whichever of the two comes first, no cache is left in a subnet group that is gone.
    @Test func aGroupIsNotDeletedUnderACreation() async throws {
        for _ in 0..<20 {
            let fixture = try await SampleNetwork.fixture()
            try await fixture.makeSubnetGroup("mine", "x", "z").expectSuccess()
            async let created = fixture.create("g", "CacheSubnetGroupName=mine")
            async let deleted = fixture.call("DeleteCacheSubnetGroup", "CacheSubnetGroupName=mine")
            let codes = try await [created.code, deleted.code]
            #expect(codes == [nil, "CacheSubnetGroupInUse"] || codes == ["CacheSubnetGroupNotFoundFault", nil], "\(codes)")
            let exists = fixture.world.read { $0.resource(SubnetGroup.self, "mine", in: Fixture.home) } != nil
            #expect(exists == (fixture.group("g") != nil))
        }
    }

    /// Each of them writes the subnet group's record.
    @Test func creationsInOneSubnetGroupDoNotStarve() async throws {
        let fixture = try await SampleNetwork.fixture()
        try await fixture.makeSubnetGroup("mine", "z").expectSuccess()
        try await withThrowingTaskGroup(of: Reply.self) { tasks in
            for number in 0..<20 { tasks.addTask { try await fixture.create("g\(number)", "CacheSubnetGroupName=mine") } }
            for try await reply in tasks { reply.expectSuccess() }
        }
        let groups = fixture.world.read { $0.groups.values.map(\.value) }
        #expect(Set(groups.flatMap { $0.members.map(\.address) + $0.endpointAddresses }).count == 60)
    }

    @Test func aNodeMovesWithinItsSubnet() async throws {
        let fixture = try await SampleNetwork.fixture()
        try await fixture.makeSubnetGroup("mine", "x", "z").expectSuccess()
        try await fixture.create("g", "CacheSubnetGroupName=mine&NumCacheClusters=2").expectSuccess()
        let before = try #require(fixture.group("g"))
        try await fixture.perform([.moveAddress(member: "g-001")], on: "g")
        let after = try #require(fixture.group("g"))
        #expect(after.members[0].address != before.members[0].address)
        #expect(try Self.isIn(after.members[0].address, "127.31.1.0/29"))
        #expect(after.members[0].subnet == "subnet-x" && after.nodeGroups[0].primaryAddress != before.nodeGroups[0].primaryAddress)
    }

    /// Of a data directory that was made before there were subnet groups.
    @Test func aGroupOfBeforeGoesOn() async throws {
        let fixture = try await Fixture()
        try await fixture.create("g", "NumCacheClusters=2").expectSuccess()
        try await fixture.change("g") { group in
            group.network = nil
            for index in group.nodeGroups[0].members.indices { group.nodeGroups[0].members[index].subnet = nil }
        }
        let before = try #require(fixture.group("g"))
        try await fixture.perform([.moveAddress(member: "g-001")], on: "g")
        let moved = try #require(fixture.group("g"))
        #expect(moved.members[0].address != before.members[0].address)
        #expect(try Self.isIn(moved.members[0].address, "127.64.0.0/19"), "its zone's")
        #expect(try await fixture.call("DescribeCacheClusters", "CacheClusterId=g-001").first("CacheSubnetGroupName") == "default")
        try await fixture.set("g", .available)
        try await fixture.call("IncreaseReplicaCount", "ReplicationGroupId=g&NewReplicaCount=2&ApplyImmediately=true").expectSuccess()
        #expect(fixture.group("g")?.member("g-003")?.subnet != nil)
    }
}
