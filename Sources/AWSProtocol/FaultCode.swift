/// What kind of fault a response reports: its code on the wire, its HTTP status, and whose fault it is.
package struct FaultCode: Sendable, Hashable {
    /// The `Type` of an error document.
    package enum Origin: String, Sendable {
        /// The request is at fault; clients don't send it again.
        case sender = "Sender"
        /// The service is at fault; clients may retry.
        case receiver = "Receiver"
    }

    /// The text of the `Code` element, by which clients choose an exception.
    package let code: String
    package let httpStatus: Int
    package let origin: Origin

    package init(_ code: String, _ httpStatus: Int, _ origin: Origin = .sender) {
        self.code = code
        self.httpStatus = httpStatus
        self.origin = origin
    }
}
