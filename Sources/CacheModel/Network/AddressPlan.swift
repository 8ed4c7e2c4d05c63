/// How the network that the nodes live in is divided: a slice per region, and in it a subnet per zone and one for endpoints.
package struct AddressPlan: Sendable, Equatable {
    package enum Failure: Error, Equatable {
        /// The subnets would have no room: the prefix may be `longestPrefix` bits at most.
        case tooSmall(longestPrefix: Int)
    }

    /// Regions that have room beside each other.
    package static let regionCount = 16
    /// Zones `a` to `g`.
    package static let zoneCount = 7
    /// With 22, a subnet has eight addresses.
    package static let longestPrefix = 22
    package static let defaultNetwork = IPv4Network(containing: IPv4Address(0x7f40_0000), prefix: 12)

    /// Of a region's eight parts, the one for endpoints. Those before it are the zones'.
    package static let endpointShare = zoneCount
    /// Of the network that is used where none is named.
    package static let usual = AddressPlan(fitting: defaultNetwork)

    private static let regionBits = 4
    private static let subnetBits = 3

    package let network: IPv4Network

    package init(network: IPv4Network = AddressPlan.defaultNetwork) throws(Failure) {
        guard network.prefix <= Self.longestPrefix else { throw .tooSmall(longestPrefix: Self.longestPrefix) }
        self.network = network
    }

    private init(fitting network: IPv4Network) {
        self.network = network
    }

    package var isLoopback: Bool { network.isLoopback }

    /// Nil for an index outside 0..<16.
    package func region(_ regionIndex: Int) -> IPv4Network? {
        network.part(regionIndex, bits: Self.regionBits)
    }

    /// One of the eight parts of a region's slice; nil for an index outside 0..<8.
    package static func share(_ index: Int, of slice: IPv4Network) -> IPv4Network? { slice.part(index, bits: subnetBits) }

    /// The nodes of a zone; nil for an index outside 0..<16 or 0..<7.
    package func subnet(regionIndex: Int, zoneIndex: Int) -> IPv4Network? {
        guard (0..<Self.zoneCount).contains(zoneIndex) else { return nil }
        return region(regionIndex)?.part(zoneIndex, bits: Self.subnetBits)
    }

    /// The addresses that move from node to node; nil for an index outside 0..<16.
    package func endpointSubnet(regionIndex: Int) -> IPv4Network? {
        region(regionIndex)?.part(Self.zoneCount, bits: Self.subnetBits)
    }

    /// Whether an address of a subnet is handed out. Not the ends of the subnet nor addresses that end in .0 or .255, which people
    /// and programs take for networks and broadcasts; nor 127.0.0.1, where everybody else listens.
    package static func isUsable(_ address: IPv4Address, in subnet: IPv4Network) -> Bool {
        let lastByte = address.value & 0xff
        return subnet.first < address && address < subnet.last && lastByte != 0 && lastByte != 255 && address != .localhost
    }

    /// The next free usable address, going on after the one given last and round to the subnet's start, so that an address just
    /// given back rests for as long as possible: clients may still be trying it. Nil when all are used.
    ///
    /// Costs one look at the set per used address on the way.
    package static func firstFree(
        in subnet: IPv4Network, used: Set<IPv4Address>, startingAfter previous: IPv4Address? = nil
    ) -> IPv4Address? {
        let size = subnet.size
        let start = previous.flatMap { subnet.contains($0) ? Int($0.value - subnet.first.value) + 1 : nil } ?? 0
        for step in 0..<size {
            let address = IPv4Address(subnet.first.value + UInt32((start + step) % size))
            if isUsable(address, in: subnet), !used.contains(address) { return address }
        }
        return nil
    }
}
