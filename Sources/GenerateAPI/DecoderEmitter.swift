/// The initialiser that reads a structure from a request: required members first, in the order of the model's `required`,
/// so that of two faults the one that the service would name is named.
struct DecoderEmitter {
    let model: ServiceModel

    func emit(_ name: String, _ structure: Shape.Structure, into source: inout SourceText) throws {
        try source.block("extension API.\(name): QueryDecodable {") { source in
            try source.block("package init(from decoder: QueryDecoder) throws(QueryDecodingError) {") { source in
                for name in structure.required {
                    guard let member = structure.members.first(where: { $0.name == name }) else { continue }
                    let access = self.model.isList(member.shape) ? "requiredList" : "required"
                    let value = try self.requiredValue(of: member)
                    source.call(
                        "self.\(StructureEmitter.bare(member)) = try decoder.\(access)",
                        ["\"\(member.wireName)\"", value.call]
                    )
                }
                for member in structure.members where !structure.required.contains(member.name) {
                    let value = try self.value(of: member)
                    source.line("self.\(StructureEmitter.bare(member)) = \(value.throwing ? "try " : "")\(value.call)")
                }
            }
        }
    }

    /// A description has to be there, and may be blank.
    private func requiredValue(of member: Shape.Member) throws -> (call: String, throwing: Bool) {
        guard case .string = try self.model.shape(member.shape).kind, member.name.hasSuffix("Description") else {
            return try self.value(of: member)
        }
        return ("decoder.text(\"\(member.wireName)\")", false)
    }

    private func value(of member: Shape.Member) throws -> (call: String, throwing: Bool) {
        let name = "\"\(member.wireName)\""
        let type = try self.model.swiftType(member.shape)
        switch try self.model.shape(member.shape).kind {
        case .string: return ("decoder.string(\(name))", false)
        case .boolean: return ("decoder.bool(\(name))", true)
        case .integer: return ("decoder.int(\(name))", true)
        case .double: return ("decoder.double(\(name))", true)
        case .timestamp: return ("decoder.timestamp(\(name))", true)
        case .enumeration: return ("decoder.enumeration(\(name), as: \(type).self)", true)
        case .structure: return ("decoder.structure(\(name), as: \(type).self)", true)
        case .list(let item):
            let itemType = try self.model.swiftType(item.shape)
            switch try self.model.shape(item.shape).kind {
            case .string: return ("decoder.strings(\(name))", true)
            case .enumeration: return ("decoder.enumerations(\(name), as: \(itemType).self)", true)
            case .structure: return ("decoder.structures(\(name), as: \(itemType).self)", true)
            default: throw ServiceModel.Failure(description: "requests have no lists of \(item.shape) yet")
            }
        case .fault: throw ServiceModel.Failure(description: "fault \(member.shape) is the type of a member")
        }
    }
}
