import NIOCore

/// Commands that were written together, and whom to tell of their replies.
struct EngineRequest: Sendable {
    typealias Reply = Result<RESPValue, EngineError>

    let bytes: ByteBuffer
    let count: Int
    let timeout: TimeAmount
    let promise: EventLoopPromise<[Reply]>
}

/// Matches replies to commands in order, and gives up on the connection when one is late: a reply that comes after its
/// deadline would otherwise be taken for the next command's.
final class EngineChannelHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = EngineRequest
    typealias OutboundOut = ByteBuffer

    private struct Pending {
        let request: EngineRequest
        var replies: [EngineRequest.Reply] = []
        var deadline: Scheduled<Void>?
    }

    private var decoder = RESPDecoder()
    private var unread: ByteBuffer?
    private var pending = CircularBuffer<Pending>(initialCapacity: 2)
    private var ended: EngineError?

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let request = unwrapOutboundIn(data)
        if let ended {
            // Nothing of it was written, whatever ended the connection.
            request.promise.fail(EngineError.unreachable("closed: \(ended)"))
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let deadline = context.eventLoop.scheduleTask(in: request.timeout) {
            let (handler, context) = bound.value
            handler.end(.timeout, others: .lost("another command had no answer in time"), late: request, context: context)
        }
        pending.append(Pending(request: request, deadline: deadline))
        context.write(wrapOutboundOut(request.bytes), promise: promise)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var incoming = unwrapInboundIn(data)
        var buffer: ByteBuffer
        if var kept = unread.take() {
            kept.writeBuffer(&incoming)
            buffer = kept
        } else {
            buffer = incoming
        }
        do throws(RESPError) {
            while let value = try decoder.next(from: &buffer) {
                guard take(value) else {
                    return end(.malformed("a reply to no command"), context: context)
                }
            }
        } catch {
            return end(.malformed("\(error)"), context: context)
        }
        if buffer.readableBytes > 0 {
            buffer.discardReadBytes()
            unread = buffer
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(.lost("closed by the engine"), context: context)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        end(.lost("\(error)"), context: context)
    }

    /// False when no command awaits a reply.
    private func take(_ value: RESPValue) -> Bool {
        if case .push = value { return true }
        guard !pending.isEmpty else { return false }
        pending[pending.startIndex].replies.append(value.failure.map { .failure($0) } ?? .success(value))
        guard let first = pending.first, first.replies.count == first.request.count else { return true }
        pending.removeFirst()
        first.deadline?.cancel()
        first.request.promise.succeed(first.replies)
        return true
    }

    /// Ends the connection. What awaits replies learns why: the late request `failure`, any other `others`.
    private func end(
        _ failure: EngineError, others: EngineError? = nil, late: EngineRequest? = nil, context: ChannelHandlerContext
    ) {
        guard ended == nil else { return }
        ended = failure
        let waiting = pending
        pending.removeAll()
        unread = nil
        for entry in waiting {
            entry.deadline?.cancel()
            let isLate = late.map { $0.promise.futureResult === entry.request.promise.futureResult } ?? true
            let reason = isLate ? failure : others ?? failure
            // Replies that did come are the answers to their commands.
            let missing = entry.request.count - entry.replies.count
            entry.request.promise.succeed(entry.replies + Array(repeating: .failure(reason), count: missing))
        }
        context.close(promise: nil)
    }
}

extension Optional where Wrapped == ByteBuffer {
    /// The buffer, leaving nil behind, so that it is unique and needn't be copied on writing.
    fileprivate mutating func take() -> ByteBuffer? {
        defer { self = nil }
        return self
    }
}
