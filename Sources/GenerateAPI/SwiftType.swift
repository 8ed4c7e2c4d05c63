extension ServiceModel {
    /// The Swift type of a value of a shape.
    func swiftType(_ name: String) throws -> String {
        switch try self.shape(name).kind {
        case .string: "String"
        case .enumeration, .structure: "API.\(name)"
        case .boolean: "Bool"
        case .integer: "Int"
        case .double: "Double"
        case .timestamp: "Date"
        case .list(let item): "[\(try self.swiftType(item.shape))]"
        case .fault: throw Failure(description: "fault \(name) is the type of a member")
        }
    }

    func isList(_ name: String) -> Bool {
        if case .list? = self.shapes[name]?.kind { true } else { false }
    }

    func isTimestamp(_ name: String) -> Bool {
        switch self.shapes[name]?.kind {
        case .timestamp: true
        case .list(let item): self.isTimestamp(item.shape)
        default: false
        }
    }
}
