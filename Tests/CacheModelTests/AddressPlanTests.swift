import CacheModel
import Testing

struct AddressPlanTests {
    private func plan(_ text: String) throws -> AddressPlan { try AddressPlan(network: IPv4Network(parsing: text)) }
    private func address(_ text: String) throws -> IPv4Address { try #require(IPv4Address(text)) }

    @Test func defaultSubnets() throws {
        let plan = try AddressPlan()
        #expect(plan.network.description == "127.64.0.0/12")
        #expect(plan.isLoopback)
        #expect(plan.region(1)?.description == "127.65.0.0/16")
        #expect(plan.subnet(regionIndex: 0, zoneIndex: 0)?.description == "127.64.0.0/19")
        #expect(plan.subnet(regionIndex: 0, zoneIndex: 1)?.description == "127.64.32.0/19")
        #expect(plan.subnet(regionIndex: 15, zoneIndex: 6)?.description == "127.79.192.0/19")
        #expect(plan.endpointSubnet(regionIndex: 0)?.description == "127.64.224.0/19")
        for (region, zone) in [(16, 0), (-1, 0), (0, 7), (0, -1)] { #expect(plan.subnet(regionIndex: region, zoneIndex: zone) == nil) }
        #expect(plan.endpointSubnet(regionIndex: 16) == nil)
    }

    @Test(arguments: ["127.64.0.0/12", "10.0.0.0/8", "127.1.0.0/22"])
    func subnetsAreApart(network: String) throws {
        let plan = try plan(network)
        let subnets = (0..<16).flatMap { region in
            (0..<7).compactMap { plan.subnet(regionIndex: region, zoneIndex: $0) }
                + [plan.endpointSubnet(regionIndex: region)].compactMap { $0 }
        }
        #expect(subnets.count == 128)
        for (left, right) in zip(subnets, subnets.dropFirst()) { #expect(left.last < right.first) }
        #expect(subnets.allSatisfy { plan.network.contains($0.first) && plan.network.contains($0.last) })
    }

    @Test(arguments: ["127.64.0.0/23", "127.0.0.1/32"])
    func tooSmall(network: String) {
        #expect(throws: AddressPlan.Failure.tooSmall(longestPrefix: 22)) { try plan(network) }
    }

    @Test func unusable() throws {
        let subnet = try IPv4Network(parsing: "127.0.0.0/16")
        for (text, expected) in [
            ("127.0.0.0", false), ("127.0.0.1", false), ("127.0.0.2", true), ("127.0.0.255", false), ("127.0.1.0", false),
            ("127.0.1.1", true),
            ("127.0.255.255", false), ("127.1.0.1", false),
        ] {
            #expect(AddressPlan.isUsable(try address(text), in: subnet) == expected, "\(text)")
        }
    }

    @Test func everyAddressOnceAndThenNone() throws {
        let subnet = try IPv4Network(parsing: "127.64.0.0/19")
        var used: Set<IPv4Address> = []
        var previous: IPv4Address?
        while let address = AddressPlan.firstFree(in: subnet, used: used, startingAfter: previous) {
            #expect(used.insert(address).inserted)
            #expect(AddressPlan.isUsable(address, in: subnet))
            previous = address
        }
        #expect(used.count == 32 * 254)
        let freed = try address("127.64.7.7")
        used.remove(freed)
        #expect(AddressPlan.firstFree(in: subnet, used: used) == freed)
        #expect(AddressPlan.firstFree(in: subnet, used: used, startingAfter: freed) == freed)
    }

    @Test func freedAddressesRest() throws {
        let subnet = try IPv4Network(parsing: "127.64.0.0/19")
        #expect(AddressPlan.firstFree(in: subnet, used: []) == (try address("127.64.0.1")))
        #expect(AddressPlan.firstFree(in: subnet, used: [], startingAfter: try address("127.64.0.1")) == (try address("127.64.0.2")))
        #expect(AddressPlan.firstFree(in: subnet, used: [], startingAfter: try address("127.64.0.254")) == (try address("127.64.1.1")))
        #expect(AddressPlan.firstFree(in: subnet, used: [], startingAfter: try address("127.64.31.254")) == (try address("127.64.0.1")))
        #expect(AddressPlan.firstFree(in: subnet, used: [], startingAfter: try address("10.0.0.1")) == (try address("127.64.0.1")))
    }

    @Test func smallestSubnet() throws {
        let subnet = try #require(try plan("127.64.0.0/22").subnet(regionIndex: 0, zoneIndex: 0))
        #expect(subnet.size == 8)
        #expect(AddressPlan.firstFree(in: subnet, used: [])?.description == "127.64.0.1")
    }
}
