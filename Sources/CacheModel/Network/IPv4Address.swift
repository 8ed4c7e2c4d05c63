/// An IPv4 address.
package struct IPv4Address: CodableAsText, Sendable, Hashable, Comparable {
    /// In the host's byte order: 127.0.0.1 is 0x7f000001.
    package let value: UInt32

    package init(_ value: UInt32) {
        self.value = value
    }

    /// Takes four decimal numbers without leading zeros, which some programs read as octal.
    package init?(_ description: String) {
        let parts = description.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var value: UInt32 = 0
        for part in parts {
            guard let number = decimal(part, digits: 1...3), number < 256, part.count == 1 || !part.hasPrefix("0") else { return nil }
            value = value << 8 | UInt32(number)
        }
        self.value = value
    }

    package var description: String {
        "\(value >> 24).\(value >> 16 & 0xff).\(value >> 8 & 0xff).\(value & 0xff)"
    }

    package var isLoopback: Bool { value >> 24 == 127 }

    package static let localhost = IPv4Address(0x7f00_0001)

    package static func < (left: IPv4Address, right: IPv4Address) -> Bool { left.value < right.value }
}
