/// JSON whose objects keep the order of their members, which Foundation's decoders lose: the order of a model's members is
/// that of the service's own documentation, and it becomes the order of the generated initialisers.
enum JSONValue {
    case object([(key: String, value: JSONValue)])
    case array([JSONValue])
    case string(String)
    case number(Double)
    case bool(Bool)
    case null
}

/// A recursive-descent parser. The input is a file of the developer's: errors say where, and depth is not bounded.
struct JSONParser {
    struct Failure: Error, CustomStringConvertible {
        var offset: Int
        var expected: String
        var description: String { "not JSON at byte \(self.offset): expected \(self.expected)" }
    }

    private let bytes: [UInt8]
    private var position = 0

    static func parse(_ bytes: [UInt8]) throws -> JSONValue {
        var parser = JSONParser(bytes: bytes)
        let value = try parser.value()
        parser.skipSpace()
        guard parser.position == bytes.count else { throw parser.failure("the end") }
        return value
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private mutating func value() throws -> JSONValue {
        self.skipSpace()
        switch self.peek() {
        case UInt8(ascii: "{"): return try self.object()
        case UInt8(ascii: "["): return try self.array()
        case UInt8(ascii: "\""): return .string(try self.string())
        case UInt8(ascii: "t"): return try self.literal("true", .bool(true))
        case UInt8(ascii: "f"): return try self.literal("false", .bool(false))
        case UInt8(ascii: "n"): return try self.literal("null", .null)
        default: return try self.number()
        }
    }

    private mutating func object() throws -> JSONValue {
        var members: [(key: String, value: JSONValue)] = []
        try self.expect("{")
        if self.accept("}") { return .object(members) }
        repeat {
            self.skipSpace()
            let key = try self.string()
            try self.expect(":")
            members.append((key, try self.value()))
        } while self.accept(",")
        try self.expect("}")
        return .object(members)
    }

    private mutating func array() throws -> JSONValue {
        var items: [JSONValue] = []
        try self.expect("[")
        if self.accept("]") { return .array(items) }
        repeat { items.append(try self.value()) } while self.accept(",")
        try self.expect("]")
        return .array(items)
    }

    private mutating func string() throws -> String {
        try self.expect("\"")
        var utf8: [UInt8] = []
        while let byte = self.peek() {
            self.position += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: utf8, as: UTF8.self)
            case UInt8(ascii: "\\"): utf8 += try self.escaped()
            default: utf8.append(byte)
            }
        }
        throw self.failure("the end of a string")
    }

    private mutating func escaped() throws -> [UInt8] {
        guard let byte = self.peek() else { throw self.failure("an escape") }
        self.position += 1
        switch byte {
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "u"): return Array(String(try self.scalar()).utf8)
        default: return [byte]
        }
    }

    private mutating func scalar() throws -> Character {
        let unit = try self.hexadecimal()
        if (0xD800..<0xDC00).contains(unit), self.accept("\\"), self.accept("u") {
            let low = try self.hexadecimal()
            let combined = 0x10000 + (unit - 0xD800) << 10 + (low &- 0xDC00)
            return Character(Unicode.Scalar(combined) ?? "\u{FFFD}")
        }
        return Character(Unicode.Scalar(unit) ?? "\u{FFFD}")
    }

    private mutating func hexadecimal() throws -> UInt32 {
        let end = self.position + 4
        guard end <= self.bytes.count,
            let unit = UInt32(String(decoding: self.bytes[self.position..<end], as: UTF8.self), radix: 16)
        else { throw self.failure("four hexadecimal digits") }
        self.position = end
        return unit
    }

    private mutating func number() throws -> JSONValue {
        let start = self.position
        while let byte = self.peek(), "+-.eE0123456789".utf8.contains(byte) { self.position += 1 }
        guard let number = Double(String(decoding: self.bytes[start..<self.position], as: UTF8.self)) else {
            throw self.failure("a value")
        }
        return .number(number)
    }

    private mutating func literal(_ text: String, _ value: JSONValue) throws -> JSONValue {
        guard self.bytes[self.position...].starts(with: text.utf8) else { throw self.failure(text) }
        self.position += text.utf8.count
        return value
    }

    private func peek() -> UInt8? {
        self.position < self.bytes.count ? self.bytes[self.position] : nil
    }

    private mutating func skipSpace() {
        while let byte = self.peek(), [0x20, 0x0A, 0x0D, 0x09].contains(byte) { self.position += 1 }
    }

    private mutating func accept(_ character: Unicode.Scalar) -> Bool {
        self.skipSpace()
        guard self.peek() == UInt8(ascii: character) else { return false }
        self.position += 1
        return true
    }

    private mutating func expect(_ character: Unicode.Scalar) throws {
        guard self.accept(character) else { throw self.failure("\"\(character)\"") }
    }

    private func failure(_ expected: String) -> Failure {
        Failure(offset: self.position, expected: expected)
    }
}
