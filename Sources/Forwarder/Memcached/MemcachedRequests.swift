import NIOCore

/// Cuts what a client of Memcached sends into what is answered here and what is a node's to answer.
///
/// In the text protocol a command is a line, and one that stores an item is followed by its bytes, in which no command is looked for. A
/// client of the binary protocol says so with its first byte, and then sends frames.
struct MemcachedRequests {
    enum Question: Equatable {
        /// `config get cluster`
        case configuration
        /// `get` of the item that has them, and `gets`.
        case item
        case itemAndVersion
        /// Any of them in the binary protocol, with its key.
        case frame(MemcachedFrame, key: String)
    }

    enum Piece: Equatable {
        case pass(ByteBuffer)
        case nodes(Question)
        /// `version`, with its line.
        case version(ByteBuffer)
        /// The frame of a client whose answer looks like that to one of ours.
        case noop(ByteBuffer)
        case quit(ByteBuffer)
    }

    private enum State {
        case line
        /// Of a line that is too long for any command that matters here.
        case restOfLine
        /// Bytes of an item, with the end of its line.
        case item(left: Int)
        case frame
        case restOfFrame(left: Int)
        /// What is no frame: a node will say so.
        case passing
    }

    /// Bytes: a line is looked at when it is complete, or longer than this. Keys have 250 at most.
    private static let longestLine = 4096
    /// Bytes: more than any node takes.
    private static let largestItem = 1 << 31
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
        if isFirst, first == MemcachedFrame.request { state = .frame }
        isFirst = false
        switch state {
        case .passing:
            return take(buffer.readableBytes, from: &buffer)
        case .frame:
            return frame(from: &buffer)
        case .restOfFrame(let left):
            let length = min(left, buffer.readableBytes)
            state = left > length ? .restOfFrame(left: left - length) : .frame
            return take(length, from: &buffer)
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

    private mutating func frame(from buffer: inout ByteBuffer) -> Piece? {
        guard buffer.readableBytesView.first == MemcachedFrame.request else {
            state = .passing
            return take(buffer.readableBytes, from: &buffer)
        }
        guard let frame = MemcachedFrame(at: buffer) else { return nil }
        let length = MemcachedFrame.length + frame.bodyLength
        guard isLookedAt(frame) else {
            state = .restOfFrame(left: length)
            return next(from: &buffer)
        }
        guard buffer.readableBytes >= length, let whole = buffer.readSlice(length: length) else { return nil }
        if frame.opcode == MemcachedFrame.Opcode.noop { return .noop(whole) }
        if MemcachedFrame.Opcode.quit.contains(frame.opcode) { return .quit(whole) }
        let key = whole.getString(at: whole.readerIndex + MemcachedFrame.length + frame.extrasLength, length: frame.keyLength) ?? ""
        let isGet = MemcachedFrame.Opcode.get.contains(frame.opcode)
        return isGet && key != item ? .pass(whole) : .nodes(.frame(frame, key: key))
    }

    /// Whether the whole frame is waited for: none of these is long.
    private func isLookedAt(_ frame: MemcachedFrame) -> Bool {
        let opcodes = MemcachedFrame.Opcode.self
        guard frame.bodyLength <= Self.longestLine, frame.extrasLength + frame.keyLength <= frame.bodyLength else { return false }
        return frame.opcode == opcodes.noop || opcodes.quit.contains(frame.opcode) || opcodes.configuration.contains(frame.opcode)
            || opcodes.get.contains(frame.opcode) && frame.keyLength == item.utf8.count
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
