import NIOCore

/// A command, and whom to tell of its answer.
struct MemcachedQuestion: Sendable {
    let command: String
    /// The line that ends the answer; nil: the first.
    let end: String?
    let timeout: TimeAmount
    let promise: EventLoopPromise<[String]>
}

/// Matches answers to questions in order, and gives up on the connection when one is late: what comes after its deadline would
/// otherwise be taken for the next one's.
final class MemcachedChannelHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = MemcachedQuestion
    typealias OutboundOut = ByteBuffer

    /// Bytes of one line, and lines of one answer: no answer to a question of ours comes near.
    private static let longestLine = 4096
    private static let longestAnswer = 4096
    /// Bytes of an item that is kept: a longer one is none that was asked for.
    private static let longestItem = 1 << 16

    private enum State {
        case line
        case item(length: Int)
        case skipping(left: Int)
    }

    private enum Part {
        case line(String)
        case item(String)
    }

    private struct Pending {
        let question: MemcachedQuestion
        var lines: [String] = []
        var deadline: Scheduled<Void>?
    }

    private var unread = ByteBuffer()
    private var state = State.line
    private var pending = CircularBuffer<Pending>(initialCapacity: 2)
    private var ended: EngineError?

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let question = Self.unwrapOutboundIn(data)
        if let ended {
            question.promise.fail(EngineError.unreachable("closed: \(ended)"))
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let deadline = context.eventLoop.scheduleTask(in: question.timeout) {
            let (handler, context) = bound.value
            handler.end(.timeout, context: context)
        }
        pending.append(Pending(question: question, deadline: deadline))
        context.write(Self.wrapOutboundOut(ByteBuffer(string: question.command + "\r\n")), promise: promise)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var incoming = Self.unwrapInboundIn(data)
        unread.writeBuffer(&incoming)
        while let part = nextPart() {
            guard take(part) else {
                return end(.malformed("an answer to no question, or one without end"), context: context)
            }
        }
        if case .line = state, unread.readableBytes > Self.longestLine {
            return end(.malformed("a line without end"), context: context)
        }
        unread.discardReadBytes()
    }

    /// Nil when more must come first.
    private func nextPart() -> Part? {
        switch state {
        case .line:
            guard let newline = unread.readableBytesView.firstIndex(of: UInt8(ascii: "\n")),
                let text = unread.readString(length: newline - unread.readerIndex)
            else { return nil }
            unread.moveReaderIndex(forwardBy: 1)
            let line = text.hasSuffix("\r") ? String(text.dropLast()) : text
            if let length = Self.lengthOfItem(after: line) {
                state = length > Self.longestItem ? .skipping(left: length + 2) : .item(length: length)
            }
            return .line(line)
        case .item(let length):
            guard unread.readableBytes >= length + 2, let text = unread.readString(length: length) else { return nil }
            unread.moveReaderIndex(forwardBy: 2)
            state = .line
            return .item(text)
        case .skipping(let left):
            let length = min(left, unread.readableBytes)
            unread.moveReaderIndex(forwardBy: length)
            state = left > length ? .skipping(left: left - length) : .line
            return left > length ? nil : nextPart()
        }
    }

    /// `VALUE key flags length`
    private static func lengthOfItem(after line: String) -> Int? {
        let words = line.split(separator: " ")
        guard words.count >= 4, words[0] == "VALUE", let length = Int(words[3]), length >= 0 else { return nil }
        return length
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(.lost("closed by the engine"), context: context)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        end(.lost("\(error)"), context: context)
    }

    /// False when no question awaits it, or the answer is longer than any.
    private func take(_ part: Part) -> Bool {
        guard var first = pending.popFirst() else { return false }
        guard case .line(let line) = part else {
            if case .item(let text) = part { first.lines.append(text) }
            pending.prepend(first)
            return true
        }
        first.lines.append(line)
        let isRefused = line == "ERROR" || line.hasPrefix("SERVER_ERROR") || line.hasPrefix("CLIENT_ERROR")
        if let end = first.question.end, line != end, !isRefused {
            guard first.lines.count < Self.longestAnswer else {
                pending.prepend(first)
                return false
            }
            pending.prepend(first)
            return true
        }
        first.deadline?.cancel()
        if isRefused {
            first.question.promise.fail(EngineError.reply(code: "ERR", message: line))
        } else {
            first.question.promise.succeed(first.lines)
        }
        return true
    }

    private func end(_ failure: EngineError, context: ChannelHandlerContext) {
        guard ended == nil else { return }
        ended = failure
        let waiting = pending
        pending.removeAll()
        for entry in waiting {
            entry.deadline?.cancel()
            entry.question.promise.fail(failure)
        }
        context.close(promise: nil)
    }
}
