/// Lists: nil writes nothing, a list without items an empty element.
extension XMLWriter {
    /// `item` is the name of the element around each item.
    package mutating func list(_ name: String, item: String, _ values: [String]?) {
        guard self.openList(name, isEmpty: values?.isEmpty), let values else { return }
        self.items(item, values)
        self.close(name)
    }

    package mutating func list<Value: RawRepresentable<String>>(_ name: String, item: String, _ values: [Value]?) {
        guard self.openList(name, isEmpty: values?.isEmpty), let values else { return }
        self.items(item, values)
        self.close(name)
    }

    package mutating func list<Value: XMLEncodable>(_ name: String, item: String, _ values: [Value]?) {
        guard self.openList(name, isEmpty: values?.isEmpty), let values else { return }
        self.items(item, values)
        self.close(name)
    }

    /// The items of a flattened list, which has no element around them.
    package mutating func items(_ name: String, _ values: [String]?) {
        for value in values ?? [] { self.element(name, value) }
    }

    package mutating func items<Value: RawRepresentable<String>>(_ name: String, _ values: [Value]?) {
        for value in values ?? [] { self.element(name, value) }
    }

    package mutating func items<Value: XMLEncodable>(_ name: String, _ values: [Value]?) {
        for value in values ?? [] { self.element(name, value) }
    }

    /// Whether there is anything to write inside.
    private mutating func openList(_ name: String, isEmpty: Bool?) -> Bool {
        switch isEmpty {
        case nil:
            return false
        case true?:
            self.empty(name)
            return false
        case false?:
            self.open(name)
            return true
        }
    }
}
