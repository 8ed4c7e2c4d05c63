extension JSONValue {
    subscript(key: String) -> JSONValue? {
        self.members.first { $0.key == key }?.value
    }

    /// The members of an object in their order; none for anything else.
    var members: [(key: String, value: JSONValue)] {
        if case .object(let members) = self { members } else { [] }
    }

    var items: [JSONValue] {
        if case .array(let items) = self { items } else { [] }
    }

    var string: String? {
        if case .string(let string) = self { string } else { nil }
    }

    var int: Int? {
        if case .number(let number) = self { Int(exactly: number) } else { nil }
    }

    var bool: Bool? {
        if case .bool(let bool) = self { bool } else { nil }
    }

    var strings: [String] {
        self.items.compactMap(\.string)
    }
}
