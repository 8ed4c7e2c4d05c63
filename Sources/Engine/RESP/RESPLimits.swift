/// How large a reply may be before it is refused as malformed.
package struct RESPLimits: Sendable {
    /// Arrays within arrays.
    package var depth = 32
    /// Bytes of one bulk string: the engine's own limit, 512 MiB.
    package var bulkBytes = 512 * 1024 * 1024
    /// Members of one array, set, push or map.
    package var elements = 1024 * 1024
    /// Bytes of one line: a simple string, an error, a number.
    package var lineBytes = 64 * 1024

    package init() {}
}

package enum RESPError: Error, Sendable, Equatable {
    /// No type begins with this byte.
    case unknownType(UInt8)
    /// A length or number that is none.
    case badNumber(String)
    /// A line that doesn't end with CR LF, or a bulk string not followed by them.
    case badLineEnd
    case badBoolean(String)
    case tooDeep
    case tooLong(Int)
    case tooManyElements(Int)
    case lineTooLong
    /// Strings and arrays of unknown length (`$?`): no engine sends them to us.
    case streamed
}
