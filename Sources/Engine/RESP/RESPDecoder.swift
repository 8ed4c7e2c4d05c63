package import NIOCore

/// Reads replies from bytes that come in pieces.
///
/// Nested values are kept on a stack of its own, so what has been read is never read again, and depth costs no call frames.
package struct RESPDecoder {
    private struct Open {
        enum Kind {
            case array, set, push, map, attribute
        }

        let kind: Kind
        var missing: Int
        var values: [RESPValue] = []
    }

    package let limits: RESPLimits
    private var stack: [Open] = []

    package init(limits: RESPLimits = RESPLimits()) {
        self.limits = limits
    }

    /// Whether a value has been begun and not ended.
    package var isInsideValue: Bool { !stack.isEmpty }

    /// The next whole value, or nil when more bytes are needed. After an error the decoder is of no further use.
    package mutating func next(from buffer: inout ByteBuffer) throws(RESPError) -> RESPValue? {
        while let element = try readElement(from: &buffer) {
            guard let whole = close(element) else { continue }
            return whole
        }
        return nil
    }

    private enum Element {
        case value(RESPValue)
        case opened
    }

    /// Puts a value where it belongs, and every container that it completes; returns the outermost once that is complete.
    private mutating func close(_ element: Element) -> RESPValue? {
        guard case .value(var value) = element else { return nil }
        while var open = stack.popLast() {
            open.values.append(value)
            open.missing -= 1
            guard open.missing == 0 else {
                stack.append(open)
                return nil
            }
            switch open.kind {
            case .array: value = .array(open.values)
            case .set: value = .set(open.values)
            case .push: value = .push(open.values)
            case .map: value = .map(Self.pairs(open.values))
            // It only describes the value that follows it.
            case .attribute: return nil
            }
        }
        return value
    }

    private static func pairs(_ values: [RESPValue]) -> [RESPValue.Pair] {
        stride(from: 0, to: values.count - 1, by: 2).map { RESPValue.Pair(key: values[$0], value: values[$0 + 1]) }
    }

    /// One scalar, or the head of a container. Leaves the buffer as it was where more bytes are needed.
    private mutating func readElement(from buffer: inout ByteBuffer) throws(RESPError) -> Element? {
        let start = buffer.readerIndex
        guard let type = buffer.getInteger(at: start, as: UInt8.self) else { return nil }
        guard RESPType.isKnown(type) else { throw .unknownType(type) }
        guard let line = try readLine(from: &buffer) else { return nil }
        switch type {
        case UInt8(ascii: "+"): return .value(.simple(line))
        case UInt8(ascii: "-"): return .value(.error(line))
        case UInt8(ascii: ":"): return .value(.integer(try Self.number(line)))
        case UInt8(ascii: "_"): return .value(.null)
        case UInt8(ascii: "("): return .value(.bigNumber(line))
        case UInt8(ascii: ","):
            guard let double = Double(line) else { throw .badNumber(line) }
            return .value(.double(double))
        case UInt8(ascii: "#"):
            guard line == "t" || line == "f" else { throw .badBoolean(line) }
            return .value(.boolean(line == "t"))
        case UInt8(ascii: "$"), UInt8(ascii: "!"), UInt8(ascii: "="):
            guard let value = try readBulk(type, length: line, from: &buffer) else {
                buffer.moveReaderIndex(to: start)
                return nil
            }
            return .value(value)
        default:
            return try open(type, count: line)
        }
    }

    private mutating func open(_ type: UInt8, count line: String) throws(RESPError) -> Element {
        if line == "?" { throw .streamed }
        let count = try Self.number(line)
        if count == -1, type == UInt8(ascii: "*") { return .value(.null) }
        guard count >= 0 else { throw .badNumber(line) }
        guard count <= Int64(limits.elements) else { throw .tooManyElements(Int(clamping: count)) }
        let (kind, missing): (Open.Kind, Int) =
            switch type {
            case UInt8(ascii: "~"): (.set, Int(count))
            case UInt8(ascii: ">"): (.push, Int(count))
            case UInt8(ascii: "%"): (.map, Int(count) * 2)
            case UInt8(ascii: "|"): (.attribute, Int(count) * 2)
            default: (.array, Int(count))
            }
        if missing == 0 {
            switch kind {
            case .array: return .value(.array([]))
            case .set: return .value(.set([]))
            case .push: return .value(.push([]))
            case .map: return .value(.map([]))
            case .attribute: return .opened
            }
        }
        guard stack.count < limits.depth else { throw .tooDeep }
        stack.append(Open(kind: kind, missing: missing))
        return .opened
    }

    private func readBulk(_ type: UInt8, length line: String, from buffer: inout ByteBuffer) throws(RESPError) -> RESPValue? {
        if line == "?" { throw .streamed }
        let length = try Self.number(line)
        if length == -1, type == UInt8(ascii: "$") { return .null }
        guard length >= 0 else { throw .badNumber(line) }
        guard length <= Int64(limits.bulkBytes) else { throw .tooLong(Int(clamping: length)) }
        guard buffer.readableBytes >= Int(length) + 2, var bytes = buffer.readSlice(length: Int(length)) else { return nil }
        guard buffer.readInteger(as: UInt16.self) == RESPType.lineEnd else { throw .badLineEnd }
        switch type {
        case UInt8(ascii: "!"): return .error(String(buffer: bytes))
        case UInt8(ascii: "="):
            guard length >= 4, let format = bytes.readString(length: 3), bytes.readInteger(as: UInt8.self) == UInt8(ascii: ":")
            else { throw .badNumber(line) }
            return .verbatim(format: format, text: String(buffer: bytes))
        default:
            return .bulk(bytes)
        }
    }

    /// The rest of the line after the type, without CR LF; nil, and nothing read, when it isn't there yet.
    private func readLine(from buffer: inout ByteBuffer) throws(RESPError) -> String? {
        let view = buffer.readableBytesView
        let window = view.prefix(limits.lineBytes + 3)
        guard let end = window.firstIndex(of: UInt8(ascii: "\r")) else {
            guard view.count <= limits.lineBytes + 1 else { throw .lineTooLong }
            guard !window.contains(UInt8(ascii: "\n")) else { throw .badLineEnd }
            return nil
        }
        guard window.distance(from: window.startIndex, to: end) <= limits.lineBytes + 1 else { throw .lineTooLong }
        let after = view.index(after: end)
        guard after < view.endIndex else { return nil }
        guard view[after] == UInt8(ascii: "\n") else { throw .badLineEnd }
        let line = String(decoding: view[view.index(after: view.startIndex)..<end], as: UTF8.self)
        buffer.moveReaderIndex(to: view.index(after: after))
        return line
    }

    private static func number(_ line: String) throws(RESPError) -> Int64 {
        guard !line.hasPrefix("+"), let number = Int64(line) else { throw .badNumber(String(line.prefix(40))) }
        return number
    }
}

enum RESPType {
    /// CR LF, big-endian.
    static let lineEnd: UInt16 = 0x0D0A

    static func isKnown(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: ":"), UInt8(ascii: "$"), UInt8(ascii: "*"), UInt8(ascii: "_"),
            UInt8(ascii: ","), UInt8(ascii: "#"), UInt8(ascii: "!"), UInt8(ascii: "="), UInt8(ascii: "("), UInt8(ascii: "%"),
            UInt8(ascii: "~"), UInt8(ascii: ">"), UInt8(ascii: "|"):
            true
        default: false
        }
    }
}
