/// What the model says of the service as a whole.
struct ServiceEmitter {
    let model: ServiceModel

    func text() -> String {
        var source = SourceText(imports: [])
        source.block("extension API {") { source in
            source.line("/// The value of the `Version` parameter.")
            source.line("package static let version = \"\(self.model.apiVersion)\"")
            source.line("/// The namespace of every document.")
            source.line("package static let namespace = \"\(self.model.namespace)\"")
            source.line("/// The service in a credential scope.")
            source.line("package static let signingName = \"\(self.model.endpointPrefix)\"")
            source.line()
            source.line("/// Every operation of the service, sorted.")
            source.block("package static let operationNames: [String] = [", closing: "]") { source in
                for operation in self.model.operations { source.line("\"\(operation.name)\",") }
            }
        }
        return source.text
    }
}
