/// The text of XML 1.0 elements and attributes.
enum XMLEscaping {
    /// Appends `text` with markup escaped. A carriage return is escaped as well, since parsers turn a bare one into a line
    /// feed. Characters that XML 1.0 can't hold even escaped become U+FFFD.
    static func append(_ text: String, to bytes: inout [UInt8]) {
        var text = text
        text.withUTF8 { utf8 in
            var start = 0
            var position = 0
            while position < utf8.count {
                guard let (replacement, length) = Self.replacement(in: utf8, at: position) else {
                    position += 1
                    continue
                }
                bytes.append(contentsOf: utf8[start..<position])
                bytes.append(contentsOf: replacement.utf8)
                position += length
                start = position
            }
            bytes.append(contentsOf: utf8[start...])
        }
    }

    /// What stands for the character that begins here, and how many bytes it takes; nil if it stands for itself.
    private static func replacement(
        in utf8: UnsafeBufferPointer<UInt8>,
        at position: Int
    ) -> (replacement: String, length: Int)? {
        switch utf8[position] {
        case UInt8(ascii: "&"): ("&amp;", 1)
        case UInt8(ascii: "<"): ("&lt;", 1)
        case UInt8(ascii: ">"): ("&gt;", 1)
        case UInt8(ascii: "\""): ("&quot;", 1)
        case UInt8(ascii: "\r"): ("&#xD;", 1)
        case UInt8(ascii: "\t"), UInt8(ascii: "\n"): nil
        case 0..<0x20: ("\u{FFFD}", 1)
        case 0xEF where Self.isNoncharacter(utf8, at: position): ("\u{FFFD}", 3)
        default: nil
        }
    }

    /// U+FFFE and U+FFFF.
    private static func isNoncharacter(_ utf8: UnsafeBufferPointer<UInt8>, at position: Int) -> Bool {
        position + 2 < utf8.count && utf8[position + 1] == 0xBF && utf8[position + 2] >= 0xBE
    }
}
