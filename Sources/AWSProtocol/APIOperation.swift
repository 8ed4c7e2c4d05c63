/// An operation of a service: the shapes it takes and gives, and the faults its model declares.
package protocol APIOperation: Sendable {
    associatedtype Input: QueryDecodable & Sendable
    associatedtype Output: XMLEncodable & Sendable

    /// The value of the `Action` parameter.
    static var name: String { get }
    /// The element around the output; nil if the operation has none.
    static var resultWrapper: String? { get }
    static var faults: [FaultCode] { get }
}

/// The output of an operation that returns nothing.
package struct NoOutput: XMLEncodable, Sendable, Equatable {
    package init() {}

    package func encode(to writer: inout XMLWriter) {}
}
