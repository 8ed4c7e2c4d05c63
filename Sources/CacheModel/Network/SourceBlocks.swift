/// Blocks of addresses of both families, as a packet filter takes them: in order, and none within another.
package struct SourceBlocks: Sendable, Equatable {
    private var ipv4: Set<IPv4Network> = []
    private var ipv6: Set<IPv6Network> = []

    package init() {}

    package mutating func insert(_ network: IPv4Network) { ipv4.insert(network) }
    package mutating func insert(_ network: IPv6Network) { ipv6.insert(network) }
    package mutating func insert(_ address: IPAddress) {
        switch address {
        case .v4(let address): insert(IPv4Network(containing: address, prefix: 32))
        case .v6(let address): insert(IPv6Network(containing: address, prefix: 128))
        }
    }

    package var texts: [String] {
        // The larger of two that begin at one address comes first; whatever lies within the one before is left out.
        var kept4: [IPv4Network] = []
        for network in ipv4.sorted(by: { ($0.first, $0.prefix) < ($1.first, $1.prefix) }) where kept4.last?.contains(network.last) != true {
            kept4.append(network)
        }
        var kept6: [IPv6Network] = []
        for network in ipv6.sorted(by: { ($0.first, $0.prefix) < ($1.first, $1.prefix) }) where kept6.last?.contains(network.last) != true {
            kept6.append(network)
        }
        return kept4.map(\.description) + kept6.map(\.description)
    }
}
