package import NIOCore

/// One reply of an engine: everything that RESP2 has, and what RESP3 adds.
///
/// Source: https://valkey.io/topics/protocol
package indirect enum RESPValue: Sendable, Equatable {
    case simple(String)
    /// The whole line, its code included: `NOPERM this user has no permissions …`.
    case error(String)
    case integer(Int64)
    case bulk(ByteBuffer)
    case null
    case array([RESPValue])
    case double(Double)
    case boolean(Bool)
    case bigNumber(String)
    /// A text with its three letters of format, `txt` or `mkd`.
    case verbatim(format: String, text: String)
    case map([Pair])
    case set([RESPValue])
    /// Out of turn: belongs to no command.
    case push([RESPValue])

    package struct Pair: Sendable, Equatable {
        package let key: RESPValue
        package let value: RESPValue

        package init(key: RESPValue, value: RESPValue) {
            self.key = key
            self.value = value
        }
    }

    package static func bulk(_ text: String) -> RESPValue { .bulk(ByteBuffer(string: text)) }
}

extension RESPValue {
    /// The value as text, where it has one. Bytes that aren't UTF-8 are replaced.
    package var text: String? {
        switch self {
        case .simple(let text), .bigNumber(let text), .verbatim(_, let text): text
        case .bulk(let bytes): String(buffer: bytes)
        case .integer(let number): String(number)
        case .error, .null, .array, .double, .boolean, .map, .set, .push: nil
        }
    }

    package var integer: Int64? {
        switch self {
        case .integer(let number): number
        default: text.flatMap(Int64.init)
        }
    }

    /// The members of an array, a set or a push; a map's keys and values in turn, as RESP2 gives them.
    package var elements: [RESPValue]? {
        switch self {
        case .array(let values), .set(let values), .push(let values): values
        case .map(let pairs): pairs.flatMap { [$0.key, $0.value] }
        default: nil
        }
    }

    /// The error that the reply is, if it is one.
    package var failure: EngineError? {
        guard case .error(let line) = self else { return nil }
        return .reply(line: line)
    }
}
