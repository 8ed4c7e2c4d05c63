import CacheModel
import Foundation
import Logging
import Store
import Testing

@testable import ControlPlane

/// `SecurityGroupIds`, from the request to what is told of it.
@Suite struct SecurityGroupIdsTests {
    private static let layout = NetworkLayout(vpcs: [
        VPC(
            id: "vpc-1", region: "us-east-1", isDefault: true, endpoints: AddressRanges(),
            subnets: [
                Subnet(id: "subnet-1", zone: "us-east-1a", ranges: AddressRanges(ipv4: IPv4Network("127.80.0.0/24").map { .range($0) }))
            ],
            securityGroups: [
                SecurityGroup(
                    id: "sg-app", vpc: "vpc-1", description: "", isDefault: false,
                    ingress: [.init(sources: [.ipv4(IPv4Network(containing: IPv4Address(0x0a00_0000), prefix: 8))])]),
                SecurityGroup(id: "sg-nobody", vpc: "vpc-1", description: "", isDefault: false, ingress: []),
                .open(id: "sg-open", vpc: "vpc-1"),
            ]),
        VPC(
            id: "vpc-2", region: "us-east-1", isDefault: false, endpoints: AddressRanges(), subnets: [],
            securityGroups: [.open(id: "sg-elsewhere", vpc: "vpc-2")]),
    ])

    private static func ids(_ ids: String...) -> String {
        ids.enumerated().map { "SecurityGroupIds.SecurityGroupId.\($0 + 1)=\($1)" }.joined(separator: "&")
    }

    private static func keeper(_ fixture: Fixture) -> FirewallKeeper {
        FirewallKeeper(
            world: fixture.world, layout: layout, now: { fixture.clock.now },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    /// The control plane after the host's agent has answered.
    private static func answered(_ fixture: Fixture, problem: String? = nil) async throws -> Fixture {
        let specs = fixture.world.read { $0.firewalls.values.map(\.value) }
        for spec in specs {
            let status = FirewallStatus(name: spec.name, applied: problem == nil ? spec : nil, problem: problem)
            let write = Transaction.Write.put(key: FirewallStatus.key(spec.name), value: try JSONEncoder().encode(status))
            try await fixture.store.commit(Transaction(writes: [write]))
        }
        return try await Fixture(store: fixture.store, layout: layout)
    }

    @Test func withoutThemAGroupIsInTheDefaultOne() async throws {
        let fixture = try await Fixture(layout: Self.layout)
        try await fixture.available("g")
        #expect(fixture.group("g")?.securityGroups == ["sg-open"] && fixture.group("g")?.securityChange == nil)
        let told = try await fixture.call("DescribeCacheClusters", "CacheClusterId=g-001")
        #expect(told.all("SecurityGroupId") == ["sg-open"] && told.text.contains("<Status>active</Status>"))
    }

    @Test(arguments: ["CreateReplicationGroup", "ModifyReplicationGroup"])
    func refusals(action: String) async throws {
        let fixture = try await Fixture(layout: Self.layout)
        try await fixture.available("g")
        let base =
            action == "CreateReplicationGroup"
            ? "ReplicationGroupId=h&ReplicationGroupDescription=d&CacheNodeType=cache.t3.micro" : "ReplicationGroupId=g"
        try await fixture.expectRefusal(
            action, "\(base)&\(Self.ids("sg-app", "sg-x"))", "InvalidParameterValue", "SecurityGroupIds names sg-x")
        try await fixture.expectRefusal(
            action, "\(base)&\(Self.ids("sg-elsewhere"))", "InvalidParameterCombination",
            "Subnet group [default] belongs to a different VPC [vpc-1] than [vpc-2]")
    }

    @Test func aChangeIsUnderWayUntilItIsInForce() async throws {
        var fixture = try await Fixture(layout: Self.layout)
        try await fixture.available("g", "NumCacheClusters=2")
        let reply = try await fixture.call("ModifyReplicationGroup", "ReplicationGroupId=g&\(Self.ids("sg-app", "sg-app"))")
        #expect(reply.text.contains("<Status>modifying</Status>"), "\(reply.text)")
        #expect(fixture.group("g")?.status == .modifying && fixture.group("g")?.securityGroups == ["sg-app"])
        try await Self.keeper(fixture).keep()
        #expect(fixture.group("g")?.securityChange == true && fixture.world.read { $0.firewalls.count } == 1)
        fixture = try await Self.answered(fixture)
        try await Self.keeper(fixture).keep()
        #expect(fixture.group("g")?.securityChange == nil && fixture.group("g")?.unguarded == nil)
        #expect(fixture.events(of: "g-002") == ["Applied change to security group"])
        // The same again is none.
        try await fixture.set("g", .available)
        let before = fixture.group("g")
        try await fixture.call("ModifyReplicationGroup", "ReplicationGroupId=g&\(Self.ids("sg-app"))").expectSuccess()
        #expect(fixture.group("g") == before)
    }

    @Test func whatCanNotBeEnforcedIsToldOnceAndWhenItIsOver() async throws {
        var fixture = try await Fixture(layout: Self.layout)
        try await fixture.create("g", Self.ids("sg-nobody")).expectSuccess()
        #expect(fixture.group("g")?.securityChange == true)
        try await Self.keeper(fixture).keep()
        fixture = try await Self.answered(fixture, problem: "nft is not installed")
        for _ in 0..<3 { try await Self.keeper(fixture).keep() }
        #expect(fixture.group("g")?.securityChange == nil && fixture.group("g")?.unguarded == "nft is not installed")
        let told = "Security groups of replication group g are recorded and not enforced: nft is not installed"
        #expect(fixture.events(of: "g") == [told])
        fixture = try await Self.answered(fixture)
        try await Self.keeper(fixture).keep()
        #expect(fixture.events(of: "g") == [told, "Security groups of replication group g are enforced"])
        #expect(fixture.group("g")?.unguarded == nil)
    }

    /// The same of a cluster of Memcached, and of its configuration endpoint.
    @Test func aMemcachedClusterIsGuardedToo() async throws {
        var fixture = try await Fixture(layout: Self.layout)
        try await fixture.availableMemcached("m", "NumCacheNodes=2")
        #expect(fixture.memcached()?.securityGroups == ["sg-open"] && fixture.memcached()?.securityChange == nil)
        let reply = try await fixture.call("ModifyCacheCluster", "CacheClusterId=m&\(Self.ids("sg-app"))")
        #expect(reply.first("CacheClusterStatus") == "modifying" && reply.all("SecurityGroupId") == ["sg-app"])
        try await Self.keeper(fixture).keep()
        let cluster = try #require(fixture.memcached())
        let spec = try #require(fixture.world.read { $0.firewalls.values.first }).value
        let addresses = cluster.nodes.map(\.address) + [cluster.configurationAddress]
        #expect(spec.name == "m-\(cluster.uid)" && spec.doors.count == 1)
        #expect(spec.doors[0].listens == addresses.map { ProcessSpec.Listen(address: $0.description, port: 11_211) })
        #expect(spec.doors[0].sources.contains("10.0.0.0/8"))
        #expect(fixture.world.read { $0.owner(ofHostRecord: FirewallStatus.key(spec.name)) } == cluster.groupKey)
        fixture = try await Self.answered(fixture)
        try await Self.keeper(fixture).keep()
        #expect(fixture.memcached()?.securityChange == nil)
        #expect(fixture.events(of: "m") == ["Applied change to security group"])
        // One that comes into being guarded is waited for.
        try await fixture.createMemcached("n", Self.ids("sg-nobody")).expectSuccess()
        #expect(fixture.memcached("n")?.securityChange == true)
        try await Self.keeper(fixture).keep()
        fixture = try await Self.answered(fixture, problem: "nft is not installed")
        try await Self.keeper(fixture).keep()
        #expect(fixture.memcached("n")?.unguarded == "nft is not installed")
        #expect(
            fixture.events(of: "n") == ["Security groups of cache cluster n are recorded and not enforced: nft is not installed"])
    }

    @Test func itsRecordGoesWithTheGroup() async throws {
        let fixture = try await Fixture(layout: Self.layout)
        try await fixture.create("g", Self.ids("sg-app")).expectSuccess()
        let keeper = Self.keeper(fixture)
        try await keeper.keep()
        #expect(fixture.world.read { $0.firewalls.count } == 1)
        try await fixture.world.transact { $0.removeGroup(fixture.key("g")) }
        try await keeper.keep()
        #expect(fixture.world.read { $0.firewalls.isEmpty })
        #expect(try await fixture.records().keys.allSatisfy { !$0.hasPrefix("firewall/") })
    }
}
