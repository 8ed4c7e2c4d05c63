import CacheModel
import Planning
import Testing

@testable import ControlPlane

/// `NetworkType` and `IpDiscovery`.
@Suite struct NetworkTypeTests {
    struct Choice: Sendable, CustomTestStringConvertible {
        let form: String
        let type: NetworkType
        let discovery: AddressFamily
        let families: [AddressFamily]

        var testDescription: String { form }
    }

    static let choices = [
        Choice(form: "NetworkType=ipv4", type: .ipv4, discovery: .ipv4, families: [.ipv4]),
        Choice(form: "NetworkType=ipv4&IpDiscovery=ipv4", type: .ipv4, discovery: .ipv4, families: [.ipv4]),
        Choice(form: "NetworkType=ipv6", type: .ipv6, discovery: .ipv6, families: [.ipv6]),
        Choice(form: "NetworkType=ipv6&IpDiscovery=ipv6&Engine=valkey", type: .ipv6, discovery: .ipv6, families: [.ipv6]),
        Choice(form: "NetworkType=dual_stack", type: .dualStack, discovery: .ipv4, families: [.ipv4, .ipv6]),
        Choice(form: "NetworkType=dual_stack&IpDiscovery=ipv6", type: .dualStack, discovery: .ipv6, families: [.ipv6, .ipv4]),
    ]

    private static func fixture() async throws -> Fixture {
        let fixture = try await SampleNetwork.fixture()
        try await fixture.makeSubnetGroup("z", "z").expectSuccess()
        return fixture
    }

    private static let range = ["127.31.3.0/24", "fd00:31::/64"]

    private static func isOfRange(_ address: IPAddress) throws -> Bool {
        switch address {
        case .v4(let address): try IPv4Network(parsing: range[0]).contains(address)
        case .v6(let address): try IPv6Network(parsing: range[1]).contains(address)
        }
    }

    @Test(arguments: choices, [false, true])
    func everyAddressIsOfTheFamilies(choice: Choice, isCluster: Bool) async throws {
        let fixture = try await Self.fixture()
        let shape = isCluster ? "NumNodeGroups=2&ReplicasPerNodeGroup=1" : "NumCacheClusters=2"
        let created = try await fixture.create("g", "CacheSubnetGroupName=z&\(shape)&\(choice.form)")
        created.expectSuccess()
        #expect(created.first("NetworkType") == choice.type.rawValue && created.first("IpDiscovery") == choice.discovery.rawValue)
        let group = try #require(fixture.group("g"))
        for member in group.members { #expect(member.addresses.map(\.family) == choice.families) }
        if isCluster {
            #expect(group.configurationAddresses.map(\.family) == choice.families && group.nodeGroups[0].primaryAddresses.isEmpty)
        } else {
            #expect(group.nodeGroups[0].primaryAddresses.map(\.family) == choice.families)
            #expect(group.nodeGroups[0].readerAddresses.map(\.family) == choice.families)
        }
        let all = group.members.flatMap(\.addresses) + group.endpointAddresses
        #expect(Set(all).count == all.count && Set(all) == Set(fixture.world.read { Array($0.addresses.keys) }))
        for address in all { #expect(try Self.isOfRange(address)) }

        try await fixture.set("g", .available)
        let member = try #require(group.members.first)
        let cluster = try await fixture.call("DescribeCacheClusters", "CacheClusterId=\(member.id)&ShowCacheNodeInfo=true")
        #expect(cluster.first("NetworkType") == choice.type.rawValue && cluster.first("IpDiscovery") == choice.discovery.rawValue)
        #expect(cluster.first("Address") == member.address.description, "the one that is told is of the family of IpDiscovery")
        let form = "ReplicationGroupId=g&NewReplicaCount=2&ApplyImmediately=true"
        try await fixture.call("IncreaseReplicaCount", form).expectSuccess()
        for member in try #require(fixture.group("g")).members { #expect(member.addresses.map(\.family) == choice.families) }
    }

    static let refusals: [(form: String, code: String, text: String)] = [
        ("NetworkType=ipv4&IpDiscovery=ipv6", "InvalidParameterCombination", "IpDiscovery can not be ipv6 with NetworkType ipv4"),
        ("IpDiscovery=ipv6", "InvalidParameterCombination", "IpDiscovery can not be ipv6 with NetworkType ipv4"),
        ("NetworkType=ipv6&IpDiscovery=ipv4", "InvalidParameterCombination", "IpDiscovery can not be ipv4 with NetworkType ipv6"),
        ("NetworkType=dual_stack&EngineVersion=6.0", "InvalidParameterCombination", "EngineVersion 6.0: it needs 6.2 or later"),
        (
            "NetworkType=ipv6&CacheNodeType=cache.t2.micro", "InvalidParameterCombination",
            "CacheNodeType cache.t2.micro: it needs a node type"
        ),
        (
            "NetworkType=dual_stack&CacheSubnetGroupName=x", "InvalidSubnet",
            "No subnet of cache subnet group x supports NetworkType dual_stack"
        ),
        ("NetworkType=ipv6&CacheSubnetGroupName=x", "InvalidSubnet", "No subnet of cache subnet group x supports NetworkType ipv6"),
        ("NetworkType=ipv5", "InvalidParameterValue", "NetworkType"),
    ]

    @Test(arguments: refusals.indices)
    func refuses(index: Int) async throws {
        let refusal = Self.refusals[index]
        let fixture = try await Self.fixture()
        try await fixture.makeSubnetGroup("x", "x").expectSuccess()
        let base = "ReplicationGroupId=g&ReplicationGroupDescription=d&CacheNodeType=cache.t3.micro&CacheSubnetGroupName=z&"
        try await fixture.expectRefusal("CreateReplicationGroup", base + refusal.form, refusal.code, refusal.text)
    }

    /// Without a file there is no IPv6.
    @Test func aDividedNetworkHasIPv4Alone() async throws {
        let fixture = try await Fixture()
        #expect(try await fixture.create("g", "NetworkType=dual_stack").code == "InvalidSubnet")
        let group = try await fixture.call("DescribeCacheSubnetGroups")
        #expect(group.all("member") == Array(repeating: "ipv4", count: 7))
    }

    @Test func subnetsTellWhatTheySupport() async throws {
        let fixture = try await Self.fixture()
        let reply = try await fixture.call("DescribeCacheSubnetGroups", "CacheSubnetGroupName=z")
        #expect(reply.all("member") == ["ipv4", "ipv6", "dual_stack", "ipv4", "ipv6", "dual_stack"])
    }

    @Test func aNodeOfBothMovesWithBoth() async throws {
        let fixture = try await Self.fixture()
        try await fixture.create("g", "CacheSubnetGroupName=z&NumCacheClusters=2&NetworkType=dual_stack").expectSuccess()
        let before = try #require(fixture.group("g"))
        try await fixture.perform([.moveAddress(member: "g-001")], on: "g")
        let after = try #require(fixture.group("g"))
        let left = before.members[0].addresses + before.endpointAddresses
        let now = after.members[0].addresses + after.endpointAddresses
        #expect(left.count == 6 && now.count == 6 && Set(left).isDisjoint(with: now) && left.map(\.family) == now.map(\.family))
        for address in left { #expect(fixture.world.read { $0.addresses[address]?.value } == "elsewhere \(before.uid)") }
        let spec = try #require(fixture.process("g-001"))
        #expect(spec.listens.map(\.address) == (after.members[0].addresses + after.nodeGroups[0].primaryAddresses).map(\.description))
        try await fixture.perform([.fail(reason: "x"), .forget], on: "g")
        #expect(fixture.world.read { $0.addresses.isEmpty }, "all are given back")
    }

    /// What a name leads to.
    @Test func theHostsFileHasBoth() async throws {
        let fixture = try await Self.fixture()
        try await fixture.create("g", "CacheSubnetGroupName=z&NumCacheClusters=1&NetworkType=dual_stack").expectSuccess()
        let group = try #require(fixture.group("g"))
        let text = fixture.world.read { HostsFile.text($0) }
        for address in group.members.flatMap(\.addresses) + group.endpointAddresses { #expect(text.contains("\(address) g")) }
    }
}
