/// The function that writes a structure into a response.
struct EncoderEmitter {
    let model: ServiceModel

    func emit(_ name: String, _ structure: Shape.Structure, into source: inout SourceText) throws {
        try source.block("extension API.\(name): XMLEncodable {") { source in
            try source.block("package func encode(to writer: inout XMLWriter) {") { source in
                for member in structure.members {
                    let (function, arguments) = try self.call(for: member)
                    source.call("writer.\(function)", arguments)
                }
            }
        }
    }

    private func call(for member: Shape.Member) throws -> (function: String, arguments: [String]) {
        let value = "self.\(StructureEmitter.bare(member))"
        guard case .list(let item) = try self.model.shape(member.shape).kind else {
            return ("element", ["\"\(member.wireName)\"", value])
        }
        switch try self.model.shape(item.shape).kind {
        case .string, .enumeration, .structure: break
        default: throw ServiceModel.Failure(description: "responses have no lists of \(item.shape) yet")
        }
        if item.isFlattened {
            let element = item.element == "member" ? member.wireName : item.element
            return ("items", ["\"\(element)\"", value])
        }
        return ("list", ["\"\(member.wireName)\"", "item: \"\(item.element)\"", value])
    }
}
