/// Structures: a value type each, read from requests or written into responses or both.
struct StructureEmitter {
    let model: ServiceModel
    let usage: Usage

    func text(of names: [String]) throws -> String {
        var structures: [(name: String, structure: Shape.Structure)] = []
        for name in names {
            guard case .structure(let structure) = try self.model.shape(name).kind else { continue }
            structures.append((name, structure))
        }
        let members = structures.flatMap(\.structure.members)
        var imports = ["package import AWSProtocol"]
        if members.contains(where: { self.model.isTimestamp($0.shape) }) {
            imports.append(contentsOf: [
                "", "#if canImport(FoundationEssentials)", "    package import FoundationEssentials", "#else",
                "    package import Foundation", "#endif",
            ])
        }
        var source = SourceText(imports: imports)
        for (index, (name, structure)) in structures.enumerated() {
            if index > 0 { source.line() }
            try self.emit(name, structure, into: &source)
        }
        return source.text
    }

    private func emit(_ name: String, _ structure: Shape.Structure, into source: inout SourceText) throws {
        let isInput = self.usage.inputs.contains(name)
        // Only a request can lack what it must have: what the service writes is its own to decide.
        let required = isInput ? structure.required : []
        try source.block("extension API {") { source in
            try source.block("package struct \(name): Sendable, Equatable {") { source in
                try self.emitProperties(structure, required, into: &source)
                source.line()
                try self.emitInitialiser(structure, required, into: &source)
            }
        }
        if isInput {
            source.line()
            try DecoderEmitter(model: self.model).emit(name, structure, into: &source)
        }
        if self.usage.outputs.contains(name) {
            source.line()
            try EncoderEmitter(model: self.model).emit(name, structure, into: &source)
        }
    }

    private func emitProperties(
        _ structure: Shape.Structure,
        _ required: [String],
        into source: inout SourceText
    ) throws {
        for member in structure.members {
            let type = try self.model.swiftType(member.shape) + (required.contains(member.name) ? "" : "?")
            source.line("package var \(Naming.property(member.name)): \(type)")
        }
    }

    private func emitInitialiser(
        _ structure: Shape.Structure,
        _ required: [String],
        into source: inout SourceText
    ) throws {
        let parameters = try structure.members.map { member in
            let type = try self.model.swiftType(member.shape)
            let rest = required.contains(member.name) ? type : "\(type)? = nil"
            return "\(Naming.property(member.name)): \(rest)"
        }
        let assignments = structure.members.map { member in
            "self.\(Self.bare(member)) = \(Naming.property(member.name))"
        }
        guard parameters.count > 1 else {
            source.block("package init(\(parameters.joined())) {") { source in
                for assignment in assignments { source.line(assignment) }
            }
            return
        }
        source.line("package init(")
        for (index, parameter) in parameters.enumerated() {
            source.line("    \(parameter)\(index < parameters.count - 1 ? "," : "")")
        }
        source.block(") {") { source in
            for assignment in assignments { source.line(assignment) }
        }
    }

    /// After a dot a keyword needs no quotes.
    static func bare(_ member: Shape.Member) -> String {
        Naming.property(member.name).filter { $0 != "`" }
    }
}
