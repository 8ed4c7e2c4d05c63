/// One type per operation, in a namespace of their own since operations and shapes may share names.
struct OperationEmitter {
    let model: ServiceModel

    func text() throws -> String {
        var source = SourceText(imports: ["package import AWSProtocol"])
        try source.block("extension API.Operations {") { source in
            for (index, operation) in self.model.operations.enumerated() {
                if index > 0 { source.line() }
                try self.emit(operation, into: &source)
            }
        }
        source.line()
        source.block("extension API {") { source in
            source.line("/// Every operation of the service, sorted by name.")
            source.block("package static let operations: [any APIOperation.Type] = [", closing: "]") { source in
                for operation in self.model.operations { source.line("API.Operations.\(operation.name).self,") }
            }
        }
        return source.text
    }

    private func emit(_ operation: ServiceModel.Operation, into source: inout SourceText) throws {
        guard let input = operation.input else {
            throw ServiceModel.Failure(description: "operation \(operation.name) has no input")
        }
        source.block("package enum \(operation.name): APIOperation {") { source in
            source.line("package typealias Input = API.\(input)")
            source.line("package typealias Output = \(operation.output.map { "API.\($0)" } ?? "NoOutput")")
            source.line("package static let name = \"\(operation.name)\"")
            source.line("package static let resultWrapper: String? = \(operation.resultWrapper.map { "\"\($0)\"" } ?? "nil")")
            let faults = operation.faults.map { ".\(Naming.fault($0))" }
            guard faults.count > 1 else {
                source.line("package static let faults: [FaultCode] = [\(faults.joined())]")
                return
            }
            source.block("package static let faults: [FaultCode] = [", closing: "]") { source in
                for fault in faults { source.line("\(fault),") }
            }
        }
    }
}
