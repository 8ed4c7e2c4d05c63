/// A fault as a client sees it.
package struct ServiceFault: Error, Sendable, Equatable {
    package let code: FaultCode
    /// A sentence for a person. Never holds a secret.
    package let message: String

    package init(_ code: FaultCode, _ message: String) {
        self.code = code
        self.message = message
    }
}

extension ServiceFault: CustomStringConvertible {
    package var description: String { "\(self.code.code): \(self.message)" }
}
