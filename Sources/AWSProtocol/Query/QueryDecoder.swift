/// A structure that can be read from the parameters of a request.
package protocol QueryDecodable {
    init(from decoder: QueryDecoder) throws(QueryDecodingError)
}

/// A place in the parameters: the members of one structure, read by their names.
package struct QueryDecoder: Sendable {
    let parameters: QueryParameters
    /// The entries whose names begin with this place's prefix. Beside them at most the prefix itself, without its dot.
    let range: Range<Int>
    /// The length of the prefix in bytes, its last dot included; 0 at the root.
    let depth: Int

    /// The root: the parameters of the request itself.
    package init(_ parameters: QueryParameters) {
        self.init(parameters: parameters, range: parameters.entries.indices, depth: 0)
    }

    init(parameters: QueryParameters, range: Range<Int>, depth: Int) {
        self.parameters = parameters
        self.range = range
        self.depth = depth
    }

    /// The full name on the wire of a member of this place.
    func path(_ name: String) -> String {
        guard self.depth > 0, let first = self.range.first else { return name }
        let start = self.parameters.entries[first].name.lowerBound
        return self.parameters.string(start..<(start + self.depth - 1)) + "." + name
    }

    func error(_ name: String, _ reason: QueryDecodingError.Reason) -> QueryDecodingError {
        QueryDecodingError(self.path(name), reason)
    }

    /// The value that a required member has.
    package func required<Value>(_ name: String, _ value: Value?) throws(QueryDecodingError) -> Value {
        guard let value else { throw self.error(name, .missing) }
        return value
    }

    /// The items that a required list has.
    package func requiredList<Item>(_ name: String, _ items: [Item]?) throws(QueryDecodingError) -> [Item] {
        guard let items else { throw self.error(name, .missingList) }
        return items
    }

    /// A structure; nil unless one of its members, at any depth, has a value.
    package func structure<Value: QueryDecodable>(
        _ name: String,
        as type: Value.Type = Value.self
    ) throws(QueryDecodingError) -> Value? {
        if self.string(name) != nil { throw self.error(name, .malformedStructure) }
        let beneath = self.parameters.entries(beneath: name, after: self.depth, in: self.range)
        guard beneath.contains(where: { !self.parameters.entries[$0].value.isEmpty }) else { return nil }
        return try Value(
            from: QueryDecoder(parameters: self.parameters, range: beneath, depth: self.depth + name.utf8.count + 1)
        )
    }
}
