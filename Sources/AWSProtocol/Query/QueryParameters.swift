/// The parameters of a request: the pairs of a form, sorted by the bytes of their names.
///
/// Sorting puts everything beneath one prefix side by side, so that a structure or a list is a range of entries, found by
/// binary search, however many the client sent. Of two pairs with one name the last counts. An empty value is the same as
/// no parameter: clients send `Name=` for an empty list and for an optional left out.
package struct QueryParameters: Sendable {
    /// Ranges into `bytes`.
    struct Entry: Sendable {
        var name: Range<Int>
        var value: Range<Int>
    }

    /// Enough for the largest request a service takes (500 shards of 6 parameters), few enough to sort at once.
    package static let maximumPairs = 16_384

    let bytes: [UInt8]
    let entries: [Entry]

    /// Reads a form: the body of a POST or the query string of a GET.
    package init(parsing form: ArraySlice<UInt8>, limit: Int = Self.maximumPairs) throws(MalformedQuery) {
        var parser = FormParser(limit: limit)
        try parser.parse(form)
        self.bytes = parser.decoded
        self.entries = Self.sorted(parser.entries, in: parser.decoded)
    }

    package init(parsing form: [UInt8], limit: Int = Self.maximumPairs) throws(MalformedQuery) {
        try self.init(parsing: form[...], limit: limit)
    }

    package init(parsing form: some StringProtocol, limit: Int = Self.maximumPairs) throws(MalformedQuery) {
        try self.init(parsing: Array(form.utf8)[...], limit: limit)
    }

    /// The number of distinct names, those with an empty value included.
    package var count: Int { self.entries.count }

    /// All names, sorted by their bytes.
    package var names: [String] { self.entries.map { self.string($0.name) } }

    /// The value of a parameter; nil if it is absent or empty.
    package subscript(name: String) -> String? {
        self.index(of: name, after: 0, in: self.entries.indices).flatMap { self.value(at: $0) }
    }

    /// The value of an entry; nil if it is empty.
    func value(at index: Int) -> String? {
        let value = self.entries[index].value
        return value.isEmpty ? nil : self.string(value)
    }

    func string(_ range: Range<Int>) -> String {
        String(decoding: self.bytes[range], as: UTF8.self)
    }

    private static func sorted(_ entries: [Entry], in bytes: [UInt8]) -> [Entry] {
        var sorted = entries
        sorted.sort { left, right in
            let leftName = bytes[left.name]
            let rightName = bytes[right.name]
            if leftName.lexicographicallyPrecedes(rightName) { return true }
            if rightName.lexicographicallyPrecedes(leftName) { return false }
            return left.name.lowerBound < right.name.lowerBound
        }
        var unique: [Entry] = []
        unique.reserveCapacity(sorted.count)
        for entry in sorted {
            if let last = unique.last, bytes[last.name].elementsEqual(bytes[entry.name]) { unique.removeLast() }
            unique.append(entry)
        }
        return unique
    }
}
