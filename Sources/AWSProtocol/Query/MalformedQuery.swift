/// Why bytes are not an `application/x-www-form-urlencoded` form.
///
/// Offsets count bytes of the form as it was sent, from 0.
package enum MalformedQuery: Error, Equatable, Sendable {
    /// A `%` without two hexadecimal digits after it, at the end of the form too.
    case malformedEscape(offset: Int)
    /// A name or a value that is not UTF-8 once decoded.
    case invalidUTF8
    /// A pair that begins with `=`.
    case emptyName(offset: Int)
    /// A name longer than any that a service has; `limit` is in bytes.
    case nameTooLong(limit: Int)
    /// More pairs than are accepted in one form.
    case tooManyPairs(limit: Int)
}

extension ServiceFault {
    /// The answer to a form that can't be read.
    package init(_ malformed: MalformedQuery) {
        let reason =
            switch malformed {
            case .malformedEscape(let offset):
                "there is a malformed percent escape at byte \(offset)"
            case .invalidUTF8:
                "a name or a value is not valid UTF-8"
            case .emptyName(let offset):
                "there is a parameter without a name at byte \(offset)"
            case .nameTooLong(let limit):
                "a parameter name is longer than \(limit) bytes"
            case .tooManyPairs(let limit):
                "there are more than \(limit) parameters"
            }
        self.init(.malformedQueryString, "The request can't be read: \(reason).")
    }
}
