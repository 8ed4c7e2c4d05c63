/// An IPv6 address, without a zone (`%eth0`).
package struct IPv6Address: CodableAsText, Sendable, Hashable, Comparable {
    /// ::1 is 1.
    package let value: UInt128

    package init(_ value: UInt128) {
        self.value = value
    }

    /// Takes eight groups of one to four hexadecimal digits, with `::` once for groups of zeros; the last two may be written as an IPv4 address.
    package init?(_ description: String) {
        var text = description
        if text.contains("."), let colon = text.lastIndex(of: ":") {
            guard let tail = IPv4Address(String(text[text.index(after: colon)...])) else { return nil }
            text = text[...colon] + String(tail.value >> 16, radix: 16) + ":" + String(tail.value & 0xffff, radix: 16)
        }
        let halves = text.split(separator: "::", omittingEmptySubsequences: false)
        guard halves.count <= 2, !text.contains(":::") else { return nil }
        let groups = halves.map { $0.isEmpty ? [] : $0.split(separator: ":", omittingEmptySubsequences: false).map(Self.group) }
        let count = groups.reduce(0) { $0 + $1.count }
        guard halves.count == 2 ? count < 8 : count == 8, let head = groups.first else { return nil }
        let tail = halves.count == 2 ? groups[1] : []
        var value: UInt128 = 0
        for group in head + Array(repeating: 0, count: 8 - count) + tail {
            guard let group else { return nil }
            value = value << 16 | UInt128(group)
        }
        self.value = value
    }

    private static func group(_ text: Substring) -> UInt16? {
        // `UInt16` itself would also take a sign.
        guard (1...4).contains(text.utf8.count), text.allSatisfy({ $0.isASCII && $0.isHexDigit }) else { return nil }
        return UInt16(text, radix: 16)
    }

    /// As RFC 5952 has it: lower case, no leading zeros, `::` for the longest run of two or more groups of zeros.
    package var description: String {
        let groups = (0..<8).map { UInt16(truncatingIfNeeded: value >> UInt128(112 - 16 * $0)) }
        var zeros = 0..<0
        var start = 0
        for index in 0...8 where index == 8 || groups[index] != 0 {
            if index - start > zeros.count { zeros = start..<index }
            start = index + 1
        }
        let texts = groups.map { String($0, radix: 16) }
        guard zeros.count > 1 else { return texts.joined(separator: ":") }
        return texts[..<zeros.lowerBound].joined(separator: ":") + "::" + texts[zeros.upperBound...].joined(separator: ":")
    }

    package var isLoopback: Bool { value == 1 }

    package static func < (left: IPv6Address, right: IPv6Address) -> Bool { left.value < right.value }
}
