import CacheModel
import Testing

/// What an account has where nobody named VPCs.
@Suite struct NetworkLayoutTests {
    private static let home = Realm(region: "us-east-1", account: "000000000000")
    private let layout: NetworkLayout
    private let plan: AddressPlan

    init() throws {
        plan = try AddressPlan(network: IPv4Network(parsing: "127.64.0.0/12"))
        layout = NetworkLayout(dividing: plan)
    }

    @Test func thereIsADefaultVPCWithASubnetPerZone() throws {
        let vpc = try #require(layout.defaultVPC(in: Self.home))
        #expect(vpc.subnets.map(\.zone) == ["a", "b", "c", "d", "e", "f"].map { "us-east-1\($0)" })
        #expect(Set(vpc.subnets.map(\.id)).count == 6)
        #expect(layout.vpc(vpc.id, in: Self.home) == vpc && layout.subnet(vpc.subnets[3].id, in: Self.home)?.subnet == vpc.subnets[3])
        #expect(vpc.defaultSecurityGroup?.isOpen == true && layout.securityGroup(vpc.securityGroups[0].id, in: Self.home) != nil)
        #expect(layout.vpcs(in: Realm(region: "nowhere", account: "000000000000")).isEmpty)
    }

    /// Clients keep them.
    @Test func idsStayTheSame() throws {
        let vpc = try #require(layout.defaultVPC(in: Self.home))
        #expect(vpc.id.wholeMatch(of: /vpc-[0-9a-f]{17}/) != nil)
        #expect(vpc.subnets.allSatisfy { $0.id.wholeMatch(of: /subnet-[0-9a-f]{17}/) != nil })
        #expect(vpc.id == "vpc-08a4823df0aff904a" && vpc.subnets[0].id == "subnet-0a7dd9dd138414c38")
        #expect(vpc.securityGroups[0].id == "sg-72646475")
        for other in [Realm(region: "us-east-1", account: "000000000001"), Realm(region: "us-east-2", account: "000000000000")] {
            let theirs = try #require(layout.defaultVPC(in: other))
            #expect(theirs.id != vpc.id && theirs.subnets[0].id != vpc.subnets[0].id)
            #expect(theirs.securityGroups[0].id != vpc.securityGroups[0].id)
        }
    }

    /// The division of the network that data directories were made with.
    @Test func addressesAreThoseOfThePlan() throws {
        // Its zones are a, c and d.
        let vpc = try #require(layout.defaultVPC(in: Realm(region: "ap-northeast-1", account: "000000000000")))
        for slice in [0, 15] {
            let networks = try vpc.subnets.map { layout.network(of: try #require($0.ranges.ipv4), slice: slice) }
            #expect(networks == [0, 2, 3].map { plan.subnet(regionIndex: slice, zoneIndex: $0) })
            #expect(layout.network(of: try #require(vpc.endpoints.ipv4), slice: slice) == plan.endpointSubnet(regionIndex: slice))
        }
        #expect(layout.network(of: .share(0), slice: nil) == nil && layout.network(of: .share(0), slice: 16) == nil)
        #expect(layout.network(of: .share(8), slice: 0) == nil)
        #expect(layout.namedRanges.isEmpty)
    }
}
