import CacheModel
import Testing

@testable import ControlPlane

@Suite struct FirewallRulesTests {
    private static func network(_ text: String) -> SecurityGroup.Source { IPv4Network(text).map { .ipv4($0) } ?? .group(text) }

    private static func group(_ id: String, _ ingress: [SecurityGroup.Ingress], isDefault: Bool = false) -> SecurityGroup {
        SecurityGroup(id: id, vpc: "vpc-1", description: "", isDefault: isDefault, ingress: ingress)
    }

    private static let layout = NetworkLayout(vpcs: [
        VPC(
            id: "vpc-1", region: "us-east-1", isDefault: true, endpoints: AddressRanges(), subnets: [],
            securityGroups: [
                group("sg-app", [.init(sources: [network("10.0.0.0/8"), network("10.1.0.0/16")])]),
                group("sg-ports", [.init(sources: [network("10.9.0.0/16")], ports: 7000...7100)]),
                group("sg-friends", [.init(sources: [network("sg-app")])]),
                group("sg-nobody", []),
                .open(id: "sg-open", vpc: "vpc-1"),
            ])
    ])

    /// A group as it was recorded; its addresses are those of its creation.
    private static func recorded(
        _ id: String, _ form: String, in securityGroups: [String]?, _ fixture: Fixture
    ) async throws -> ReplicationGroup {
        try await fixture.available(id, form)
        try await fixture.change(id) { $0.securityGroups = securityGroups }
        return try #require(fixture.group(id))
    }

    @Test func nodesAndEndpointsAtThePortAndMembersAlways() async throws {
        let group = try await Self.recorded("g", "NumCacheClusters=2&Port=7000", in: ["sg-app"], try await Fixture())
        let spec = try #require(FirewallRules(Self.layout).specs(for: [group]).first)
        #expect(spec.name == "g-\(group.uid)" && spec.doors.count == 2)
        let addresses =
            group.members.map(\.address) + [group.nodeGroups[0].primaryAddress, group.nodeGroups[0].readerAddress].compactMap(\.self)
        #expect(spec.doors[0].listens == addresses.map { ProcessSpec.Listen(address: $0.description, port: 7000) })
        #expect(spec.doors[0].sources == ["10.0.0.0/8"] + group.members.map { "\($0.address)/32" })
    }

    /// Of nodes and of the endpoint that nodes bind, where a forwarder may lead one day.
    @Test func innerPortsAreNobodys() async throws {
        let group = try await Self.recorded("g", "NumCacheClusters=2&Port=7000", in: ["sg-app"], try await Fixture())
        let inner = try #require(FirewallRules(Self.layout).specs(for: [group]).first).doors[1]
        let addresses = group.members.map(\.address) + group.nodeGroups[0].primaryAddresses
        #expect(
            inner.listens
                == addresses.flatMap { [.init(address: $0.description, port: 18_000), .init(address: $0.description, port: 19_000)] })
        #expect(inner.sources.isEmpty)
        let old = try await Self.recorded("old", "EngineVersion=6.2", in: ["sg-app"], try await Fixture())
        #expect(FirewallRules(Self.layout).specs(for: [old])[0].doors.count == 1)
    }

    @Test func theBusIsTheMembersAlone() async throws {
        let group = try await Self.recorded("g", "NumNodeGroups=2&ReplicasPerNodeGroup=1", in: ["sg-app"], try await Fixture())
        let doors = try #require(FirewallRules(Self.layout).specs(for: [group]).first).doors
        #expect(doors.count == 3 && doors[0].listens.count == 5 && doors[2].listens.count == 4)
        #expect(doors[2].listens.allSatisfy { $0.port == 16_379 })
        #expect(Set(doors[2].sources) == Set(group.members.map { "\($0.address)/32" }))
    }

    @Test(arguments: [
        ("Port=7050", true), ("Port=6379", false),
    ])
    func portsCount(form: String, isOpen: Bool) async throws {
        let group = try await Self.recorded("g", form, in: ["sg-ports", "sg-nobody"], try await Fixture())
        let sources = try #require(FirewallRules(Self.layout).specs(for: [group]).first).doors[0].sources
        #expect(sources.contains("10.9.0.0/16") == isOpen)
    }

    @Test func aSecurityGroupAsASourceIsTheNodesOfAllThatAreInIt() async throws {
        let fixture = try await Fixture()
        let app = try await Self.recorded("app", "NumCacheClusters=2", in: ["sg-app"], fixture)
        let other = try await Self.recorded("other", "", in: ["sg-ports"], fixture)
        let group = try await Self.recorded("g", "", in: ["sg-friends"], fixture)
        let specs = FirewallRules(Self.layout).specs(for: [group, app, other])
        let sources = try #require(specs.first { $0.name.hasPrefix("g-") }).doors[0].sources
        #expect(Set(sources) == Set((app.members + group.members).map { "\($0.address)/32" }))
    }

    @Test(arguments: [nil, ["sg-open"], ["sg-nobody", "sg-open"]] as [[String]?])
    func whomEverybodyMayConnectToHasNoRecord(ids: [String]?) async throws {
        let group = try await Self.recorded("g", "", in: ids, try await Fixture())
        #expect(FirewallRules(Self.layout).specs(for: [group]).isEmpty)
    }

    /// Also one whose security group is in the file no more.
    @Test(arguments: [["sg-nobody"], ["sg-gone"], []])
    func whomNobodyMayConnectToIsTheMembersAlone(ids: [String]) async throws {
        let group = try await Self.recorded("g", "", in: ids, try await Fixture())
        let doors = try #require(FirewallRules(Self.layout).specs(for: [group]).first).doors
        #expect(doors[0].sources == group.members.map { "\($0.address)/32" })
    }
}
