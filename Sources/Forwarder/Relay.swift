import NIOCore

/// One end of a joined pair: passes what it reads to the other end, no faster than the other end takes it.
///
/// Both ends live on one event loop. A read is let through only while the other end is writable, so that a slow
/// reader stops its peer instead of filling memory: a pair holds at most a few reads (64 KiB each) per direction,
/// and once more what the kernel had received when a peer ended its side.
final class Relay: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    enum Side { case client, target }

    /// How long a client may go on sending after its target ended. Closing at once, with unread data in the socket,
    /// would reset the connection and destroy the target's last words on their way.
    private static let lingering = TimeAmount.seconds(1)

    private enum Phase {
        /// The target is not connected yet: nothing is read. What arrives with an early end is kept.
        case waiting
        case joined
        /// The other end is gone: what still arrives is thrown away.
        case ending
    }

    private let side: Side
    private var phase = Phase.waiting
    private var context: ChannelHandlerContext?
    private var other: Relay?
    private var early: [ByteBuffer] = []
    private var readIsHeld = false
    private var inputEnded = false

    init(_ side: Side) {
        self.side = side
    }

    /// Joins a waiting client with the target connected for it.
    static func join(client: Relay, target: Relay) {
        guard target.phase == .waiting else {
            // It connected, spoke perhaps, and was gone at once.
            for buffer in target.early { client.context?.write(wrapOutboundOut(buffer), promise: nil) }
            return client.sayGoodbye()
        }
        (client.other, target.other) = (target, client)
        (client.phase, target.phase) = (.joined, .joined)
        for end in [client, target] { end.passEarlyInput() }
        for end in [client, target] { end.resumeReading() }
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        other = nil
    }

    // MARK: data

    func read(context: ChannelHandlerContext) {
        switch phase {
        case .joined where other?.isWritable != true, .waiting: readIsHeld = true
        case .joined, .ending: context.read()
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch phase {
        case .waiting: early.append(Self.unwrapInboundIn(data))
        case .joined: other?.context?.write(data, promise: nil)
        case .ending: break
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        other?.context?.flush()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { other?.resumeReading() }
    }

    private var isWritable: Bool { context?.channel.isWritable ?? false }

    private func resumeReading() {
        guard readIsHeld, let context else { return }
        readIsHeld = false
        read(context: context)
    }

    private func passEarlyInput() {
        for buffer in early { other?.context?.write(Self.wrapOutboundOut(buffer), promise: nil) }
        early = []
        other?.context?.flush()
        if inputEnded { passEndOfInput() }
    }

    // MARK: ends

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard let event = event as? ChannelEvent, event == .inputClosed else { return }
        inputEnded = true
        if phase == .joined { passEndOfInput() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        let other = self.other
        (self.other, phase) = (nil, .ending)
        switch side {
        case .client: other?.closeAtOnce()
        case .target: other?.sayGoodbye()
        }
    }

    /// A client that has sent all may still want its answers; a target that has sent all serves no more.
    private func passEndOfInput() {
        switch side {
        case .client:
            other?.afterPendingWrites { $0.close(mode: .output, promise: nil) }
        case .target:
            let other = self.other
            (self.other, phase) = (nil, .ending)
            other?.sayGoodbye()
            closeAtOnce()
        }
    }

    private func closeAtOnce() {
        (other, phase) = (nil, .ending)
        context?.close(promise: nil)
    }

    /// The target is gone: the client gets what is left for it, then the end, then the socket closes.
    private func sayGoodbye() {
        guard phase != .ending else { return }
        (other, phase) = (nil, .ending)
        afterPendingWrites { [self] context in
            if inputEnded { return context.close(promise: nil) }
            context.close(mode: .output, promise: nil)
            context.eventLoop.assumeIsolated().scheduleTask(in: Self.lingering) { [weak self] in
                self?.context?.close(promise: nil)
            }
        }
        resumeReading()
    }

    /// Closing the output of a socket whose input has ended drops what is not written yet, so that must be waited for.
    private func afterPendingWrites(_ act: @escaping (ChannelHandlerContext) -> Void) {
        guard let context else { return }
        context.writeAndFlush(Self.wrapOutboundOut(ByteBuffer())).assumeIsolated().whenComplete { [self] _ in
            if let context = self.context { act(context) }
        }
    }
}
