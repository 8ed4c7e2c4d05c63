import NIOCore
import NIOPosix

/// One connection to one node of Memcached, in its text protocol. Questions may be asked from anywhere at once: each gets its own answer.
package final class MemcachedConnection: Sendable {
    private let channel: any Channel

    private init(channel: any Channel) {
        self.channel = channel
    }

    /// Connects to an address (a number, never looked up).
    package static func connect(
        to address: EngineAddress, deadline: Duration = EngineConnection.commandTimeout
    ) async throws(EngineError) -> MemcachedConnection {
        do {
            let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connectTimeout(TimeAmount(deadline))
                .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 4096))
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(MemcachedChannelHandler())
                    }
                }
                .connect(to: try SocketAddress(ipAddress: address.host, port: address.port)).get()
            return MemcachedConnection(channel: channel)
        } catch ChannelError.connectTimeout {
            throw .timeout
        } catch {
            throw .unreachable("\(address): \(error)")
        }
    }

    /// False once it has failed or been closed. True is no promise: the next question tells.
    package var isOpen: Bool { channel.isActive }

    /// The engine's version. After the timeout the connection is closed.
    @discardableResult
    package func version(within timeout: Duration = EngineConnection.commandTimeout) async throws(EngineError) -> String {
        let line = try await ask("version", endsWith: nil, within: timeout).first ?? ""
        guard line.hasPrefix("VERSION ") else { throw .unexpected(command: "version", detail: line) }
        return String(line.dropFirst("VERSION ".count))
    }

    /// Name to value. After the timeout the connection is closed.
    package func statistics(within timeout: Duration = EngineConnection.commandTimeout) async throws(EngineError) -> [String: String] {
        let lines = try await ask("stats", endsWith: "END", within: timeout)
        var values: [String: String] = [:]
        for line in lines.dropLast() {
            let words = line.split(separator: " ", maxSplits: 2).map(String.init)
            guard words.count == 3, words[0] == "STAT" else { throw .unexpected(command: "stats", detail: line) }
            values[words[1]] = words[2]
        }
        return values
    }

    package func close() async {
        try? await channel.close()
    }

    /// The lines of the answer, up to the one that ends it; nil is an answer of one line.
    private func ask(_ command: String, endsWith end: String?, within timeout: Duration) async throws(EngineError) -> [String] {
        let promise = channel.eventLoop.makePromise(of: [String].self)
        let question = MemcachedQuestion(command: command, end: end, timeout: TimeAmount(timeout), promise: promise)
        let written = channel.eventLoop.makePromise(of: Void.self)
        written.futureResult.whenFailure { _ in promise.fail(EngineError.unreachable("the connection is closed")) }
        channel.writeAndFlush(question, promise: written)
        do {
            return try await promise.futureResult.get()
        } catch {
            throw error as? EngineError ?? .lost("\(error)")
        }
    }
}

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

    private struct Pending {
        let question: MemcachedQuestion
        var lines: [String] = []
        var deadline: Scheduled<Void>?
    }

    private var unread = ByteBuffer()
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
        while let newline = unread.readableBytesView.firstIndex(of: UInt8(ascii: "\n")) {
            let length = newline - unread.readerIndex
            guard let text = unread.readString(length: length) else { break }
            unread.moveReaderIndex(forwardBy: 1)
            guard take(text.hasSuffix("\r") ? String(text.dropLast()) : text) else {
                return end(.malformed("an answer to no question, or one without end"), context: context)
            }
        }
        guard unread.readableBytes <= Self.longestLine else { return end(.malformed("a line without end"), context: context) }
        unread.discardReadBytes()
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(.lost("closed by the engine"), context: context)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        end(.lost("\(error)"), context: context)
    }

    /// False when no question awaits a line, or its answer is longer than any.
    private func take(_ line: String) -> Bool {
        guard var first = pending.popFirst() else { return false }
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
