/// Reads a form into one buffer: `name=value&name=value`, with every escape decoded.
///
/// The raw separators stay between the decoded parts, so that one look at the whole buffer tells whether each part is
/// UTF-8: no sequence can begin in one part and end in the next.
struct FormParser {
    /// Bytes. The longest name in use is under 150.
    static let maximumNameLength = 1024

    let limit: Int
    private(set) var decoded: [UInt8] = []
    private(set) var entries: [QueryParameters.Entry] = []
    private var partStart = 0
    private var name: Range<Int>?

    init(limit: Int) {
        self.limit = limit
    }

    mutating func parse(_ form: ArraySlice<UInt8>) throws(MalformedQuery) {
        self.decoded.reserveCapacity(form.count)
        var position = form.startIndex
        while position < form.endIndex {
            let byte = form[position]
            switch byte {
            case UInt8(ascii: "&"):
                try self.endPair(at: position - form.startIndex)
                self.appendSeparator(byte)
            case UInt8(ascii: "=") where self.name == nil:
                self.name = self.partStart..<self.decoded.count
                self.appendSeparator(byte)
            case UInt8(ascii: "+"):
                self.decoded.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard form.endIndex - position > 2, let high = Self.nibble(form[position + 1]),
                    let low = Self.nibble(form[position + 2])
                else { throw .malformedEscape(offset: position - form.startIndex) }
                self.decoded.append(high << 4 | low)
                position += 2
            default:
                self.decoded.append(byte)
            }
            position += 1
        }
        try self.endPair(at: form.count)
        guard String(validating: self.decoded, as: UTF8.self) != nil else { throw .invalidUTF8 }
    }

    private mutating func appendSeparator(_ byte: UInt8) {
        self.decoded.append(byte)
        self.partStart = self.decoded.count
    }

    private mutating func endPair(at offset: Int) throws(MalformedQuery) {
        let part = self.partStart..<self.decoded.count
        let name = self.name ?? part
        let value = self.name == nil ? part.upperBound..<part.upperBound : part
        if name.isEmpty {
            // Nothing at all between two separators is no pair; a value without a name is a broken one.
            guard self.name == nil else { throw .emptyName(offset: offset) }
            return
        }
        guard name.count <= Self.maximumNameLength else { throw .nameTooLong(limit: Self.maximumNameLength) }
        guard self.entries.count < self.limit else { throw .tooManyPairs(limit: self.limit) }
        self.entries.append(QueryParameters.Entry(name: name, value: value))
        self.name = nil
    }

    private static func nibble(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
