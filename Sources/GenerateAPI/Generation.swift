/// All files of a model, by name.
struct Generation {
    let model: ServiceModel
    let usage: Usage

    init(_ model: ServiceModel) throws {
        self.model = model
        self.usage = try Usage(model)
    }

    func files() throws -> [String: String] {
        var files: [String: String] = [:]
        files["Service.swift"] = ServiceEmitter(model: self.model).text()
        files["Operations.swift"] = try OperationEmitter(model: self.model).text()
        files["Faults.swift"] = try FaultEmitter(model: self.model).text()
        files["Enums.swift"] = try EnumEmitter(model: self.model).text()
        for (file, names) in self.structures() {
            files[file] = try StructureEmitter(model: self.model, usage: self.usage).text(of: names)
        }
        return files
    }

    /// The names of the structures that go into each file: requests by their verb, the others by their first letter.
    private func structures() -> [String: [String]] {
        let requests = Set(self.model.operations.compactMap(\.input))
        var files: [String: [String]] = [:]
        for name in self.usage.inputs.union(self.usage.outputs).sorted() {
            guard case .structure? = self.model.shapes[name]?.kind else { continue }
            let file = requests.contains(name) ? "Requests+\(Naming.firstWord(name))" : "Shapes+\(name.prefix(1))"
            files[file + ".swift", default: []].append(name)
        }
        return files
    }
}
