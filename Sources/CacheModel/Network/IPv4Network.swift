/// A block of addresses: `127.64.0.0/12`.
package struct IPv4Network: CodableAsText, Sendable, Hashable {
    package enum Failure: Error, Equatable {
        case malformed
        /// The address lies inside the block; its first one is meant, perhaps.
        case notTheFirstAddress(IPv4Network)
    }

    package let first: IPv4Address
    /// How many leading bits all addresses share: 0 to 32.
    package let prefix: Int

    package init(parsing text: String) throws(Failure) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = IPv4Address(String(parts[0])), let prefix = decimal(parts[1], digits: 1...2), prefix <= 32
        else { throw .malformed }
        let network = IPv4Network(containing: address, prefix: prefix)
        guard network.first == address else { throw .notTheFirstAddress(network) }
        self = network
    }

    package init?(_ description: String) {
        try? self.init(parsing: description)
    }

    /// The block of that size in which the address lies.
    package init(containing address: IPv4Address, prefix: Int) {
        precondition((0...32).contains(prefix), "a prefix has 0 to 32 bits")
        first = IPv4Address(address.value & Self.mask(prefix))
        self.prefix = prefix
    }

    package var description: String { "\(first)/\(prefix)" }
    package var size: Int { 1 << (32 - prefix) }
    package var last: IPv4Address { IPv4Address(first.value | ~Self.mask(prefix)) }
    package var isLoopback: Bool { prefix >= 8 && first.isLoopback }

    package func contains(_ address: IPv4Address) -> Bool { first <= address && address <= last }

    package func overlaps(_ other: IPv4Network) -> Bool { contains(other.first) || other.contains(first) }

    /// One of the equal parts into which `bits` more bits of prefix divide it; nil where there is no such part.
    package func part(_ index: Int, bits: Int) -> IPv4Network? {
        guard bits >= 0, prefix + bits <= 32, (0..<(1 << bits)).contains(index) else { return nil }
        let offset = UInt32(index * (1 << (32 - prefix - bits)))
        return IPv4Network(containing: IPv4Address(first.value + offset), prefix: prefix + bits)
    }

    private static func mask(_ prefix: Int) -> UInt32 { ~UInt32(UInt64(UInt32.max) >> UInt64(prefix)) }
}
