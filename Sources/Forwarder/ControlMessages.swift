import Foundation
import NIOCore

/// One line from the control plane: exactly one of `set`, `remove` and `list`.
struct ControlCommand: Codable, Sendable {
    var set: ForwardRoute?
    /// With `set`: connections to targets that the route no longer names are closed.
    var close: Bool?
    var remove: String?
    var list: Bool?
}

/// One line back.
struct ControlReply: Codable, Sendable {
    var ok: Bool
    var error: String?
    var routes: [ForwardStatus]?

    static let done = ControlReply(ok: true)

    static func failed(_ reason: String) -> ControlReply { ControlReply(ok: false, error: reason) }
}

/// Newline-delimited JSON. JSON has no newline inside a line: strings escape it.
enum ControlLine {
    /// Longest line in bytes: a thousand routes with their loads fit, also where each tells clients of forty nodes.
    static let limit = 1 << 24

    struct TooLong: Error {}

    static func encode(_ message: some Encodable) throws -> ByteBuffer {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var line = ByteBuffer(bytes: try encoder.encode(message))
        line.writeInteger(UInt8(ascii: "\n"))
        return line
    }

    static func decode<Message: Decodable>(_ type: Message.Type, from line: ByteBuffer) throws -> Message {
        try JSONDecoder().decode(type, from: Data(line.readableBytesView))
    }
}

/// Cuts the stream into lines, without their ends.
struct LineDecoder: ByteToMessageDecoder {
    typealias InboundOut = ByteBuffer

    /// Bytes from the start of the line that hold no newline.
    private var searched = 0

    mutating func decode(context: ChannelHandlerContext, buffer: inout ByteBuffer) throws -> DecodingState {
        let view = buffer.readableBytesView
        guard let end = view.dropFirst(searched).firstIndex(of: UInt8(ascii: "\n")) else {
            searched = view.count
            if searched > ControlLine.limit { throw ControlLine.TooLong() }
            return .needMoreData
        }
        searched = 0
        let length = end - view.startIndex
        guard length <= ControlLine.limit, let line = buffer.readSlice(length: length) else { throw ControlLine.TooLong() }
        buffer.moveReaderIndex(forwardBy: 1)
        context.fireChannelRead(Self.wrapInboundOut(line))
        return .continue
    }

    mutating func decodeLast(context: ChannelHandlerContext, buffer: inout ByteBuffer, seenEOF: Bool) throws -> DecodingState {
        // A line without its end was cut off: not a command.
        try decode(context: context, buffer: &buffer)
    }
}
