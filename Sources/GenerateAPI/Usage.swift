/// Which shapes requests and responses reach: the first are read, the second written.
struct Usage {
    private(set) var inputs: Set<String> = []
    private(set) var outputs: Set<String> = []

    init(_ model: ServiceModel) throws {
        for operation in model.operations {
            if let input = operation.input { try Self.reach(input, in: model, into: &self.inputs) }
            if let output = operation.output { try Self.reach(output, in: model, into: &self.outputs) }
        }
    }

    private static func reach(_ name: String, in model: ServiceModel, into seen: inout Set<String>) throws {
        guard seen.insert(name).inserted else { return }
        switch try model.shape(name).kind {
        case .list(let item):
            try Self.reach(item.shape, in: model, into: &seen)
        case .structure(let structure):
            for member in structure.members { try Self.reach(member.shape, in: model, into: &seen) }
        default:
            break
        }
    }
}
