import NIOCore

/// Cuts what a client of Memcached sends into what is answered here and what is a node's to answer.
///
/// In the text protocol a command is a line, and one that stores an item is followed by its bytes, in which no command is looked for. A
/// client of the binary protocol says so with its first byte; all that it sends is a node's.
struct MemcachedRequests {
    enum Question: Equatable {
        /// `config get cluster`
        case configuration
        /// `get` of the item that has them, and `gets`.
        case item
        case itemAndVersion
    }

    enum Piece: Equatable {
        case pass(ByteBuffer)
        case nodes(Question)
        /// `version`, with its line.
        case version(ByteBuffer)
        case quit(ByteBuffer)
    }

    private enum State {
        case line
        /// Of a line that is too long for any command that matters here.
        case restOfLine
        /// Bytes of an item, with the end of its line.
        case item(left: Int)
        case binary
    }

    /// Bytes: a line is looked at when it is complete, or longer than this. Keys have 250 at most.
    private static let longestLine = 4096
    /// Bytes: more than any node takes.
    private static let largestItem = 1 << 31
    private static let binaryRequest: UInt8 = 0x80
    private static let newline = UInt8(ascii: "\n")

    /// The item whose question is answered here.
    private let item: String
    private var state = State.line
    private var isFirst = true

    init(item: String) {
        self.item = item
    }

    /// Nil when more must come first. What is taken is gone from the buffer.
    mutating func next(from buffer: inout ByteBuffer) -> Piece? {
        guard let first = buffer.readableBytesView.first else { return nil }
        if isFirst, first == Self.binaryRequest { state = .binary }
        isFirst = false
        switch state {
        case .binary:
            return take(buffer.readableBytes, from: &buffer)
        case .item(let left):
            let length = min(left, buffer.readableBytes)
            state = left > length ? .item(left: left - length) : .line
            return take(length, from: &buffer)
        case .restOfLine:
            guard let end = Self.endOfLine(buffer) else { return take(buffer.readableBytes, from: &buffer) }
            state = .line
            return take(end, from: &buffer)
        case .line:
            if let end = Self.endOfLine(buffer) { return line(end, from: &buffer) }
            guard buffer.readableBytes > Self.longestLine else { return nil }
            state = .restOfLine
            return take(buffer.readableBytes, from: &buffer)
        }
    }

    private mutating func line(_ length: Int, from buffer: inout ByteBuffer) -> Piece? {
        guard let line = buffer.readSlice(length: length) else { return nil }
        let words = String(buffer: line).split { $0 == " " || $0.isNewline }
        switch words.first {
        case "config" where words == ["config", "get", "cluster"]: return .nodes(.configuration)
        case "get" where words.count == 2 && words[1] == item: return .nodes(.item)
        case "gets" where words.count == 2 && words[1] == item: return .nodes(.itemAndVersion)
        case "version": return .version(line)
        case "quit": return .quit(line)
        case "set", "add", "replace", "append", "prepend", "cas": expectItem(ofLength: words.dropFirst(4).first)
        case "ms": expectItem(ofLength: words.dropFirst(2).first)
        default: break
        }
        return .pass(line)
    }

    /// A node answers a length that is none with an error, and takes what follows as the next line.
    private mutating func expectItem(ofLength text: Substring?) {
        guard let length = text.flatMap({ Int($0) }), (0...Self.largestItem).contains(length) else { return }
        state = .item(left: length + 2)
    }

    private func take(_ length: Int, from buffer: inout ByteBuffer) -> Piece? {
        buffer.readSlice(length: length).map(Piece.pass)
    }

    /// The length of the first line, its end included.
    private static func endOfLine(_ buffer: ByteBuffer) -> Int? {
        let view = buffer.readableBytesView
        return view.firstIndex(of: newline).map { $0 - view.startIndex + 1 }
    }
}
