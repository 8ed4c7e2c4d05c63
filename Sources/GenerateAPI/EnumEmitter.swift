/// The enumerations. Requests and responses share them.
struct EnumEmitter {
    let model: ServiceModel

    func text() throws -> String {
        var source = SourceText(imports: [])
        try source.block("extension API {") { source in
            var isFirst = true
            for shape in self.model.shapes.values.sorted(by: { $0.name < $1.name }) {
                guard case .enumeration(let values) = shape.kind else { continue }
                if !isFirst { source.line() }
                isFirst = false
                try self.emit(shape.name, values, into: &source)
            }
        }
        return source.text
    }

    private func emit(_ name: String, _ values: [String], into source: inout SourceText) throws {
        let cases = values.map { (name: Naming.enumCase($0), value: $0) }
        guard Set(cases.map(\.name)).count == cases.count else {
            throw ServiceModel.Failure(description: "two values of \(name) have the same name in Swift")
        }
        // Raw values are written into XML as they are.
        guard values.allSatisfy({ !$0.contains { "<>&\"".contains($0) } }) else {
            throw ServiceModel.Failure(description: "a value of \(name) needs escaping")
        }
        source.block("package enum \(name): String, CaseIterable, Sendable {") { source in
            for (name, value) in cases {
                source.line(name == value ? "case \(name)" : "case \(name) = \"\(value)\"")
            }
        }
    }
}
