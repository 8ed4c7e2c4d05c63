/// FNV-1a, 64 bits: for names that clients keep, and that must therefore be the same in every release and on every machine.
package enum StableHash {
    /// Its high bits are the well-mixed ones.
    package static func value(of text: String) -> UInt64 {
        var value: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 {
            value = (value ^ UInt64(byte)) &* 0x100_0000_01b3
        }
        return value
    }

    /// Seventeen hexadecimal digits, as ids of networks have them.
    package static func digits(of text: String) -> String {
        let digits = String(value(of: text), radix: 16)
        return String(repeating: "0", count: 17 - digits.count) + digits
    }
}
