import CacheModel
import Foundation
import Planning
import Testing

@testable import ControlPlane

/// Where a Memcached cluster's nodes are, and by which addresses they are told.
@Suite struct MemcachedNetworkTests {
    private static let arn = SampleNetwork.outpost.escaped

    /// With the subnet groups `two` (zones a and b), `one` (zone a), `z` (IPv4 and IPv6) and `out` (on an Outpost).
    private static func fixture() async throws -> Fixture {
        let fixture = try await SampleNetwork.fixture()
        try await fixture.makeSubnetGroup("two", "a", "b").expectSuccess()
        try await fixture.makeSubnetGroup("one", "a").expectSuccess()
        try await fixture.makeSubnetGroup("z", "z").expectSuccess()
        try await fixture.makeSubnetGroup("out", "out").expectSuccess()
        return fixture
    }

    private static func zones(_ name: String, _ letters: String...) -> String {
        letters.enumerated().map { "&\(name).PreferredAvailabilityZone.\($0 + 1)=us-east-1\($1)" }.joined()
    }

    // MARK: Subnet groups

    @Test(arguments: [
        ("CacheSubnetGroupName=Two&NumCacheNodes=3", ["subnet-a", "subnet-a", "subnet-a"]),
        ("CacheSubnetGroupName=two&NumCacheNodes=3&AZMode=cross-az", ["subnet-a", "subnet-b", "subnet-a"]),
        ("CacheSubnetGroupName=two&PreferredAvailabilityZone=us-east-1b", ["subnet-b"]),
        (
            "CacheSubnetGroupName=two&NumCacheNodes=2" + zones("PreferredAvailabilityZones", "b", "a"), ["subnet-b", "subnet-a"]
        ),
    ])
    func nodesAreInTheSubnetsOfTheGroup(_ form: String, _ subnets: [String]) async throws {
        let fixture = try await Self.fixture()
        let reply = try await fixture.createMemcached("m", form)
        reply.expectSuccess()
        #expect(reply.first("CacheSubnetGroupName") == "two")
        let cluster = try #require(fixture.memcached())
        #expect(cluster.nodes.map(\.subnet) == subnets)
        #expect(cluster.network == GroupNetwork(subnetGroup: "two", vpc: "vpc-main"))
        // Endpoints have a range of their own in this VPC.
        #expect(cluster.configurationAddress.description.hasPrefix("127.30.255."))
    }

    @Test(arguments: [
        ("CacheSubnetGroupName=nobody", "CacheSubnetGroupNotFoundFault", "Cache subnet group nobody does not exist"),
        (
            "CacheSubnetGroupName=two&PreferredAvailabilityZone=us-east-1c", "InvalidParameterCombination",
            "names us-east-1c, in which cache subnet group two has no subnet"
        ),
        (
            "CacheSubnetGroupName=one&NumCacheNodes=2&AZMode=cross-az", "InvalidParameterCombination",
            "The parameter AZMode can not be cross-az: cache subnet group one has subnets in us-east-1a only"
        ),
        ("CacheSubnetGroupName=one&NumCacheNodes=9", "InsufficientCacheClusterCapacity", "No address is left in the subnet subnet-a"),
        ("CacheSubnetGroupName=one&NetworkType=ipv6", "InvalidSubnet", "No subnet of cache subnet group one supports NetworkType ipv6"),
        (
            "CacheSubnetGroupName=z&NetworkType=ipv6&EngineVersion=1.5.16", "InvalidParameterCombination",
            "can not be ipv6 with EngineVersion 1.5.16: it needs 1.6.6 or later"
        ),
        (
            "CacheSubnetGroupName=z&NetworkType=ipv6&CacheNodeType=cache.t2.micro", "InvalidParameterCombination",
            "can not be ipv6 with CacheNodeType cache.t2.micro"
        ),
        ("CacheSubnetGroupName=z&IpDiscovery=ipv6", "InvalidParameterCombination", "IpDiscovery can not be ipv6 with NetworkType ipv4"),
        (
            "CacheSubnetGroupName=two&SecurityGroupIds.SecurityGroupId.1=sg-x", "InvalidParameterValue",
            "SecurityGroupIds names sg-x, which is no security group"
        ),
        ("OutpostMode=single-outpost", "InvalidParameterCombination", "needs PreferredOutpostArn or PreferredOutpostArns"),
        ("CacheSubnetGroupName=out&PreferredOutpostArn=arn", "InvalidParameterValue", "PreferredOutpostArn names no Outpost: arn"),
        ("PreferredOutpostArn=\(arn)", "InvalidParameterCombination", "on which cache subnet group default has no subnet"),
        (
            "CacheSubnetGroupName=out&PreferredOutpostArn=\(arn)&PreferredAvailabilityZone=us-east-1a", "InvalidParameterCombination",
            "names us-east-1a, in which cache subnet group out has no subnet"
        ),
        (
            "CacheSubnetGroupName=out&NumCacheNodes=2&PreferredOutpostArns.PreferredOutpostArn.1=\(arn)", "InvalidParameterValue",
            "PreferredOutpostArns has 1 Outposts for 2 nodes"
        ),
        (
            "CacheSubnetGroupName=out&PreferredOutpostArn=\(arn)&PreferredOutpostArns.PreferredOutpostArn.1=\(arn)",
            "InvalidParameterCombination", "can not be used together"
        ),
        (
            "CacheSubnetGroupName=out&NumCacheNodes=2&OutpostMode=cross-outpost&PreferredOutpostArn=\(arn)", "InvalidParameterCombination",
            "cross-outpost needs PreferredOutpostArns to be at least two Outposts"
        ),
        ("NotificationTopicArn=topic", "InvalidParameterValue", "NotificationTopicArn"),
    ])
    func refusals(_ form: String, _ code: String, _ text: String) async throws {
        let fixture = try await Self.fixture()
        let base = form.contains("CacheNodeType") ? "" : "&CacheNodeType=cache.t3.micro"
        try await fixture.expectRefusal("CreateCacheCluster", "CacheClusterId=m&Engine=memcached\(base)&\(form)", code, text)
    }

    @Test func addedNodesAreInItsSubnetsToo() async throws {
        let fixture = try await Self.fixture()
        try await fixture.availableMemcached("m", "CacheSubnetGroupName=two&NumCacheNodes=2&AZMode=cross-az")
        let base = "CacheClusterId=m&NumCacheNodes=4&ApplyImmediately=true"
        try await fixture.expectRefusal(
            "ModifyCacheCluster", base + Self.zones("NewAvailabilityZones", "c", "a"), "InvalidParameterCombination",
            "names us-east-1c, in which cache subnet group two has no subnet")
        try await fixture.call("ModifyCacheCluster", base).expectSuccess()
        #expect(fixture.memcached()?.nodes.map(\.subnet) == ["subnet-a", "subnet-b", "subnet-a", "subnet-b"])
    }

    @Test func aSubnetGroupThatIsUsedStays() async throws {
        let fixture = try await Self.fixture()
        try await fixture.availableMemcached("m", "CacheSubnetGroupName=two&NumCacheNodes=2&AZMode=cross-az")
        try await fixture.expectRefusal(
            "DeleteCacheSubnetGroup", "CacheSubnetGroupName=two", "CacheSubnetGroupInUse",
            "Cache subnet group two is currently in use by a cache cluster. (CacheSubnetGroupName, used by m)")
        try await fixture.expectRefusal(
            "ModifyCacheSubnetGroup", "CacheSubnetGroupName=two&SubnetIds.SubnetIdentifier.1=subnet-a", "SubnetInUse",
            "The subnet subnet-b is in use by node 0002 of cache cluster m")
        try await fixture.performMemcached([.forget])
        try await fixture.call("DeleteCacheSubnetGroup", "CacheSubnetGroupName=two").expectSuccess()
    }

    // MARK: Outposts

    @Test func nodesOnAnOutpost() async throws {
        let fixture = try await Self.fixture()
        try await fixture.availableMemcached(
            "m", "CacheSubnetGroupName=out&NumCacheNodes=2&OutpostMode=single-outpost&PreferredOutpostArn=\(Self.arn)")
        try await fixture.call("ModifyCacheCluster", "CacheClusterId=m&NumCacheNodes=3&ApplyImmediately=true").expectSuccess()
        let cluster = try #require(fixture.memcached())
        #expect(cluster.nodes.allSatisfy { $0.outpost == SampleNetwork.outpost && $0.subnet == "subnet-out" && $0.zone == "us-east-1b" })
        let told = try await fixture.call("DescribeCacheClusters", "CacheClusterId=m&ShowCacheNodeInfo=true")
        #expect(told.first("PreferredOutpostArn") == SampleNetwork.outpost)
        #expect(told.all("CustomerOutpostArn") == [SampleNetwork.outpost, SampleNetwork.outpost])
    }

    // MARK: Families

    @Test(arguments: [
        ("NetworkType=ipv6", NetworkType.ipv6, [AddressFamily.ipv6]),
        ("NetworkType=dual_stack", .dualStack, [.ipv4, .ipv6]),
        ("NetworkType=dual_stack&IpDiscovery=ipv6", .dualStack, [.ipv6, .ipv4]),
    ])
    func everyAddressIsOfTheFamilies(_ form: String, _ type: NetworkType, _ families: [AddressFamily]) async throws {
        let fixture = try await Self.fixture()
        try await fixture.availableMemcached("m", "CacheSubnetGroupName=z&NumCacheNodes=2&\(form)")
        let told = try await fixture.call("DescribeCacheClusters", "CacheClusterId=m&ShowCacheNodeInfo=true")
        #expect(told.first("NetworkType") == type.rawValue && told.first("IpDiscovery") == families[0].rawValue)
        let cluster = try #require(fixture.memcached())
        for node in cluster.nodes { #expect(node.addresses.map(\.family) == families) }
        #expect(cluster.configurationAddresses.map(\.family) == families)
        let all = cluster.nodes.flatMap(\.addresses) + cluster.configurationAddresses
        #expect(Set(all) == Set(fixture.world.read { Array($0.addresses.keys) }))
        let spec = try #require(fixture.world.read { $0.processes[cluster.nodes[0].process] }).value
        #expect(spec.listens.map(\.address) == cluster.nodes[0].addresses.map(\.description))
        let listening = cluster.nodes[0].addresses.map { $0.family == .ipv6 ? "[\($0)]" : "\($0)" }.joined(separator: ",")
        #expect(spec.arguments.contains(listening))
        // Another address is of both families again.
        try await fixture.changeMemcached {
            $0.status = .creating
            $0.wasAvailable = false
        }
        try await fixture.performMemcached([.moveAddress(member: "0001"), .moveAddress(member: "m")])
        let moved = try #require(fixture.memcached())
        #expect(Set(moved.nodes[0].addresses).isDisjoint(with: cluster.nodes[0].addresses))
        #expect(moved.nodes[0].addresses.map(\.family) == families && moved.configurationAddresses.map(\.family) == families)
        #expect(Set(moved.configurationAddresses).isDisjoint(with: cluster.configurationAddresses))
        try await fixture.performMemcached([.forget])
        #expect(fixture.world.read { $0.addresses.isEmpty })
    }

    @Test func anotherFamilyIsToldAndNothingMoves() async throws {
        let fixture = try await Self.fixture()
        try await fixture.availableMemcached("m", "CacheSubnetGroupName=z&NumCacheNodes=2&NetworkType=dual_stack")
        let before = try #require(fixture.memcached())
        let reply = try await fixture.call("ModifyCacheCluster", "CacheClusterId=m&IpDiscovery=ipv6")
        #expect(reply.first("IpDiscovery") == "ipv6" && reply.first("CacheClusterStatus") == "modifying")
        let after = try #require(fixture.memcached())
        #expect(after.nodes.map(\.address) == before.nodes.map(\.secondAddress))
        #expect(after.nodes.map(\.secondAddress) == before.nodes.map(\.address))
        #expect(after.configurationAddresses == before.configurationAddresses.reversed() && after.configurationVersion == 2)
        // A route keeps its address, so that none is in another's way.
        #expect(after.routes.map(\.name) == before.routes.map(\.name) && after.routes.map(\.address) == before.routes.map(\.address))
        try await fixture.changeMemcached { $0.status = .available }
        try await fixture.availableMemcached("n", "CacheSubnetGroupName=z")
        try await fixture.expectRefusal(
            "ModifyCacheCluster", "CacheClusterId=n&IpDiscovery=ipv6", "InvalidParameterCombination",
            "IpDiscovery can not be ipv6 with NetworkType ipv4")
    }

    // MARK: Notifications

    @Test func aTopicIsRecordedAndTold() async throws {
        let fixture = try await Self.fixture()
        let topic = "arn:aws:sns:us-east-1:000000000000:news"
        try await fixture.availableMemcached("m", "NotificationTopicArn=\(topic)")
        let told = try await fixture.call("DescribeCacheClusters", "CacheClusterId=m")
        #expect(told.first("TopicArn") == topic && told.first("TopicStatus") == "active")
        let changed = try await fixture.call("ModifyCacheCluster", "CacheClusterId=m&NotificationTopicStatus=inactive")
        #expect(changed.first("TopicStatus") == "inactive" && changed.first("CacheClusterStatus") == "available")
        try await fixture.availableMemcached("n")
        try await fixture.expectRefusal(
            "ModifyCacheCluster", "CacheClusterId=n&NotificationTopicStatus=active", "InvalidParameterCombination", "NotificationTopicArn")
    }
}
