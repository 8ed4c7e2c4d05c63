/// Lists: `Name.Token.1`, whatever the token (clients use the model's name, `member`, or what an old guide showed), and
/// `Name.1`. Items come in the order of their numbers, which may have gaps.
extension QueryDecoder {
    /// A list of strings, empty ones left out; nil if none is left.
    package func strings(_ name: String) throws(QueryDecodingError) -> [String]? {
        var values: [String] = []
        for item in try self.items(name) {
            if let value = self.value(of: item) { values.append(value) }
        }
        return values.isEmpty ? nil : values
    }

    /// A list of values of an enumeration, empty ones left out; nil if none is left.
    package func enumerations<Value: RawRepresentable<String> & CaseIterable>(
        _ name: String,
        as type: Value.Type = Value.self
    ) throws(QueryDecodingError) -> [Value]? {
        var values: [Value] = []
        for item in try self.items(name) {
            guard let text = self.value(of: item) else { continue }
            guard let value = Value(rawValue: text) else {
                throw QueryDecodingError(self.path(of: item), .unknownValue(allowed: Value.allCases.map(\.rawValue)))
            }
            values.append(value)
        }
        return values.isEmpty ? nil : values
    }

    /// A list of structures; nil if none is mentioned.
    ///
    /// An item whose members are all empty stays in the list, without values: leaving it out would hide a mistake such as
    /// a tag with an empty key.
    package func structures<Value: QueryDecodable>(
        _ name: String,
        as type: Value.Type = Value.self
    ) throws(QueryDecodingError) -> [Value]? {
        let items = try self.items(name)
        guard !items.isEmpty else { return nil }
        var values: [Value] = []
        values.reserveCapacity(items.count)
        for item in items {
            if self.value(of: item) != nil { throw QueryDecodingError(self.path(of: item), .malformedStructure) }
            let place = QueryDecoder(parameters: self.parameters, range: item.range, depth: item.depth + 1)
            values.append(try Value(from: place))
        }
        return values
    }

    /// One item: its entries, and the length of the name up to its number.
    private struct Item {
        var number: Int
        var range: Range<Int>
        var depth: Int
    }

    private func items(_ name: String) throws(QueryDecodingError) -> [Item] {
        if self.string(name) != nil { throw self.error(name, .malformedList) }
        let beneath = self.parameters.entries(beneath: name, after: self.depth, in: self.range)
        let prefix = self.depth + name.utf8.count + 1
        var items: [Item] = []
        var index = beneath.lowerBound
        while index < beneath.upperBound {
            let entry = self.parameters.entries[index]
            guard let (number, depth) = self.number(in: entry.name, after: prefix) else {
                guard entry.value.isEmpty else { throw self.malformedIndex(at: index) }
                index += 1
                continue
            }
            var end = index + 1
            while end < beneath.upperBound, self.isSameItem(end, as: index, depth: depth) { end += 1 }
            items.append(Item(number: number, range: index..<end, depth: depth))
            index = end
        }
        items.sort { $0.number < $1.number }
        for (item, next) in zip(items, items.dropFirst()) where item.number == next.number {
            throw QueryDecodingError(self.path(of: next), .malformedListIndex)
        }
        return items
    }

    /// The number of the item that a name belongs to, and the length of the name up to its end.
    private func number(in name: Range<Int>, after prefix: Int) -> (number: Int, depth: Int)? {
        let first = self.token(in: name, from: name.lowerBound + prefix)
        if let number = self.decimal(first) { return (number, first.upperBound - name.lowerBound) }
        guard first.upperBound < name.upperBound else { return nil }
        let second = self.token(in: name, from: first.upperBound + 1)
        return self.decimal(second).map { ($0, second.upperBound - name.lowerBound) }
    }

    private func token(in name: Range<Int>, from start: Int) -> Range<Int> {
        let rest = self.parameters.bytes[start..<name.upperBound]
        return start..<(rest.firstIndex(of: UInt8(ascii: ".")) ?? name.upperBound)
    }

    /// A decimal number from 1 in its only spelling, so that no item has two names.
    private func decimal(_ token: Range<Int>) -> Int? {
        guard !token.isEmpty, self.parameters.bytes[token.lowerBound] != UInt8(ascii: "0") else { return nil }
        var number = 0
        for byte in self.parameters.bytes[token] {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            let (tens, tensOverflow) = number.multipliedReportingOverflow(by: 10)
            let (sum, sumOverflow) = tens.addingReportingOverflow(Int(byte - UInt8(ascii: "0")))
            guard !tensOverflow, !sumOverflow else { return nil }
            number = sum
        }
        return number
    }

    private func isSameItem(_ index: Int, as first: Int, depth: Int) -> Bool {
        let name = self.parameters.entries[index].name
        let firstName = self.parameters.entries[first].name
        guard name.count > depth, self.parameters.bytes[name.lowerBound + depth] == UInt8(ascii: ".") else { return false }
        return self.parameters.bytes[name.lowerBound..<(name.lowerBound + depth)]
            .elementsEqual(self.parameters.bytes[firstName.lowerBound..<(firstName.lowerBound + depth)])
    }

    /// The value given to the item itself, which is its first entry if there is one.
    private func value(of item: Item) -> String? {
        guard self.parameters.entries[item.range.lowerBound].name.count == item.depth else { return nil }
        return self.parameters.value(at: item.range.lowerBound)
    }

    private func path(of item: Item) -> String {
        let start = self.parameters.entries[item.range.lowerBound].name.lowerBound
        return self.parameters.string(start..<(start + item.depth))
    }

    private func malformedIndex(at index: Int) -> QueryDecodingError {
        QueryDecodingError(self.parameters.string(self.parameters.entries[index].name), .malformedListIndex)
    }
}
