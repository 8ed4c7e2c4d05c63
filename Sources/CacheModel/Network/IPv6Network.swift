/// A block of IPv6 addresses: `fd00:10::/64`.
package struct IPv6Network: CodableAsText, Sendable, Hashable {
    package enum Failure: Error, Equatable {
        case malformed
        /// The address lies inside the block; its first one is meant, perhaps.
        case notTheFirstAddress(IPv6Network)
    }

    package let first: IPv6Address
    /// How many leading bits all addresses share: 0 to 128.
    package let prefix: Int

    package init(parsing text: String) throws(Failure) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = IPv6Address(String(parts[0])), let prefix = decimal(parts[1], digits: 1...3), prefix <= 128
        else { throw .malformed }
        let network = IPv6Network(containing: address, prefix: prefix)
        guard network.first == address else { throw .notTheFirstAddress(network) }
        self = network
    }

    package init?(_ description: String) {
        try? self.init(parsing: description)
    }

    /// The block of that size in which the address lies.
    package init(containing address: IPv6Address, prefix: Int) {
        precondition((0...128).contains(prefix), "a prefix has 0 to 128 bits")
        first = IPv6Address(address.value & ~Self.hostMask(prefix))
        self.prefix = prefix
    }

    package var description: String { "\(first)/\(prefix)" }
    package var last: IPv6Address { IPv6Address(first.value | Self.hostMask(prefix)) }

    package func contains(_ address: IPv6Address) -> Bool { first <= address && address <= last }

    package func overlaps(_ other: IPv6Network) -> Bool { contains(other.first) || other.contains(first) }

    private static func hostMask(_ prefix: Int) -> UInt128 { prefix == 0 ? UInt128.max : (UInt128(1) << UInt128(128 - prefix)) - 1 }
}
