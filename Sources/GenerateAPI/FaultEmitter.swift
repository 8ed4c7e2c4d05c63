/// The table of faults.
struct FaultEmitter {
    let model: ServiceModel

    func text() throws -> String {
        let faults = self.model.shapes.values.compactMap { shape -> (name: String, fault: Shape.Fault)? in
            if case .fault(let fault) = shape.kind { (Naming.fault(shape.name), fault) } else { nil }
        }.sorted { $0.name < $1.name }
        guard Set(faults.map(\.name)).count == faults.count else {
            throw ServiceModel.Failure(description: "two faults have the same name in Swift")
        }
        var source = SourceText(imports: ["package import AWSProtocol"])
        source.block("extension FaultCode {") { source in
            for (name, fault) in faults {
                let origin = fault.isSender ? "" : ", .receiver"
                source.line("package static let \(name) = FaultCode(\"\(fault.code)\", \(fault.httpStatus)\(origin))")
            }
        }
        source.line()
        source.block("extension API {") { source in
            source.line("/// Every fault of the service, sorted by name.")
            source.block("package static let faults: [FaultCode] = [", closing: "]") { source in
                for (name, _) in faults { source.line(".\(name),") }
            }
        }
        return source.text
    }
}
