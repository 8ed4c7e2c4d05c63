import NIOCore

/// Finds, in what a node answers, the answers to `version`, the only lines that begin so outside of items; in the binary protocol those to
/// the command that does nothing.
struct MemcachedReplies {
    enum Piece: Equatable {
        case pass(ByteBuffer)
        /// The answer to `version`, or to the frame that does nothing.
        case marker(ByteBuffer)
    }

    private enum State {
        case line
        case restOfLine
        case item(left: Int)
        case frame
        case restOfFrame(left: Int)
        case passing
    }

    private static let longestLine = 4096
    private static let newline = UInt8(ascii: "\n")

    private var state = State.line
    private var isFirst = true

    /// Nil when more must come first. What is taken is gone from the buffer.
    mutating func next(from buffer: inout ByteBuffer) -> Piece? {
        guard let first = buffer.readableBytesView.first else { return nil }
        if isFirst, first == MemcachedFrame.response { state = .frame }
        isFirst = false
        switch state {
        case .frame:
            return frame(from: &buffer)
        case .restOfFrame(let left):
            let length = min(left, buffer.readableBytes)
            state = left > length ? .restOfFrame(left: left - length) : .frame
            return buffer.readSlice(length: length).map(Piece.pass)
        case .passing:
            return buffer.readSlice(length: buffer.readableBytes).map(Piece.pass)
        case .item(let left):
            let length = min(left, buffer.readableBytes)
            state = left > length ? .item(left: left - length) : .line
            return buffer.readSlice(length: length).map(Piece.pass)
        case .restOfLine, .line:
            return line(from: &buffer)
        }
    }

    private mutating func frame(from buffer: inout ByteBuffer) -> Piece? {
        guard buffer.readableBytesView.first == MemcachedFrame.response else {
            state = .passing
            return buffer.readSlice(length: buffer.readableBytes).map(Piece.pass)
        }
        guard let frame = MemcachedFrame(at: buffer) else { return nil }
        if frame.opcode == MemcachedFrame.Opcode.noop, frame.bodyLength == 0 {
            return buffer.readSlice(length: MemcachedFrame.length).map(Piece.marker)
        }
        state = .restOfFrame(left: MemcachedFrame.length + frame.bodyLength)
        return next(from: &buffer)
    }

    private mutating func line(from buffer: inout ByteBuffer) -> Piece? {
        let view = buffer.readableBytesView
        guard let end = view.firstIndex(of: Self.newline) else {
            if case .line = state, buffer.readableBytes <= Self.longestLine { return nil }
            state = .restOfLine
            return buffer.readSlice(length: buffer.readableBytes).map(Piece.pass)
        }
        guard let line = buffer.readSlice(length: end - view.startIndex + 1) else { return nil }
        if case .restOfLine = state {
            state = .line
            return .pass(line)
        }
        return whole(line)
    }

    private mutating func whole(_ line: ByteBuffer) -> Piece {
        // Of most lines the first letter tells enough.
        guard line.readableBytesView.first == UInt8(ascii: "V") else { return .pass(line) }
        let words = String(buffer: line).split { $0 == " " || $0.isNewline }
        switch words.first {
        case "VERSION": return .marker(line)
        case "VALUE": expectItem(ofLength: words.dropFirst(3).first)
        case "VA": expectItem(ofLength: words.dropFirst(1).first)
        default: break
        }
        return .pass(line)
    }

    private mutating func expectItem(ofLength text: Substring?) {
        guard let length = text.flatMap({ Int($0) }), length >= 0 else { return }
        state = .item(left: length + 2)
    }
}
