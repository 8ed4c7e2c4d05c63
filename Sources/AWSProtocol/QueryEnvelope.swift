/// The documents around results and faults.
package struct QueryEnvelope: Sendable {
    /// The content type of both documents.
    package static let contentType = "text/xml"

    /// The default namespace of the service's documents.
    package let namespace: String

    package init(namespace: String) {
        self.namespace = namespace
    }

    /// The document of a successful call.
    package func success<Operation: APIOperation>(
        _ operation: Operation.Type,
        _ output: Operation.Output,
        requestID: String
    ) -> [UInt8] {
        var writer = XMLWriter()
        let response = Operation.name + "Response"
        writer.open(response, namespace: self.namespace)
        if let wrapper = Operation.resultWrapper {
            writer.element(wrapper, output)
        }
        writer.open("ResponseMetadata")
        writer.element("RequestId", requestID)
        writer.close("ResponseMetadata")
        writer.close(response)
        return writer.bytes
    }

    /// The document of a fault.
    package func failure(_ fault: ServiceFault, requestID: String) -> [UInt8] {
        var writer = XMLWriter(capacity: 512)
        writer.open("ErrorResponse", namespace: self.namespace)
        writer.open("Error")
        writer.element("Type", fault.code.origin.rawValue)
        writer.element("Code", fault.code.code)
        writer.element("Message", fault.message)
        writer.close("Error")
        writer.element("RequestId", requestID)
        writer.close("ErrorResponse")
        return writer.bytes
    }
}
