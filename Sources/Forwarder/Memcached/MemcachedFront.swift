import NIOCore

/// Stands before the clients of a route that tells of the nodes of a Memcached cluster: answers what is asked about the nodes itself, and
/// leaves all else to a node.
///
/// A client that only wants to know the nodes is served without any, also while all are down. The first other command has a node connected.
/// From then on answers must come in the order of the questions: a question about the nodes is put to the node as `version`, in the binary
/// protocol as the command that does nothing, and where that is answered the answer of here takes its place.
final class MemcachedFront: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum Awaited {
        /// A client's own.
        case theirs
        case nodes(MemcachedRequests.Question)
    }

    private let route: Route
    private let capacity: Capacity
    private let intake: ClientIntake
    private let relay: Relay
    private var requests: MemcachedRequests
    private var replies = MemcachedReplies()
    private var asked = ByteBuffer()
    private var answered = ByteBuffer()
    private var awaited = CircularBuffer<Awaited>()
    private var admitted = false
    /// Whether a node was wanted.
    private var isPassing = false
    private var readIsHeld = false

    init(route: Route, capacity: Capacity, intake: ClientIntake, relay: Relay) {
        self.route = route
        self.capacity = capacity
        self.intake = intake
        self.relay = relay
        self.requests = MemcachedRequests(item: route.plan.discovery?.item ?? "")
    }

    func channelActive(context: ChannelHandlerContext) {
        context.fireChannelActive()
        admitted = capacity.take()
        guard admitted, route.receive(context.channel) else {
            route.refused()
            return context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        letGo(of: context.channel)
        context.fireChannelInactive()
    }

    private func letGo(of client: any Channel) {
        if admitted { capacity.giveBack() }
        admitted = false
        route.dismiss(client)
    }

    // MARK: from the client

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        asked.append(Self.unwrapInboundIn(data))
        while let piece = requests.next(from: &asked) {
            switch piece {
            case .pass(let bytes): pass(bytes, context)
            case .nodes(let question) where isPassing:
                awaited.append(.nodes(question))
                pass(question.marker, context)
            case .version(let marker) where isPassing, .noop(let marker):
                awaited.append(.theirs)
                pass(marker, context)
            case .quit(let line) where isPassing: pass(line, context)
            case .nodes(let question): say(answer(to: question), context)
            case .version: say(ByteBuffer(string: "VERSION \(route.plan.discovery?.engineVersion ?? "")\r\n"), context)
            case .quit: return leave(context)
            }
        }
        asked.discardReadBytes()
    }

    private func answer(to question: MemcachedRequests.Question) -> ByteBuffer {
        route.plan.discovery?.answer(to: question) ?? ByteBuffer(string: "ERROR\r\n")
    }

    private func say(_ answer: ByteBuffer, _ context: ChannelHandlerContext) {
        context.writeAndFlush(Self.wrapOutboundOut(answer), promise: nil)
    }

    private func pass(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        if !isPassing {
            isPassing = true
            // It counts as any other client from here.
            letGo(of: context.channel)
            do {
                try context.pipeline.syncOperations.addHandlers([intake, relay], position: .after(self))
            } catch {
                return context.close(promise: nil)
            }
            intake.begin(context.channel)
        }
        context.fireChannelRead(Self.wrapInboundOut(bytes))
    }

    /// After the last answer.
    private func leave(_ context: ChannelHandlerContext) {
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.writeAndFlush(Self.wrapOutboundOut(ByteBuffer())).whenComplete { _ in bound.value.close(promise: nil) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if !isPassing, let event = event as? ChannelEvent, event == .inputClosed { return leave(context) }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    /// Who asks and does not read the answers is not read from. With a node, its answers hold the client back.
    func read(context: ChannelHandlerContext) {
        guard isPassing || context.channel.isWritable else {
            readIsHeld = true
            return
        }
        context.read()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if readIsHeld, context.channel.isWritable {
            readIsHeld = false
            context.read()
        }
        context.fireChannelWritabilityChanged()
    }

    // MARK: from the node

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        answered.append(Self.unwrapOutboundIn(data))
        var passed = ByteBuffer()
        while let piece = replies.next(from: &answered) {
            switch piece {
            case .pass(var bytes):
                passed.writeBuffer(&bytes)
            case .marker(var marker):
                guard case .nodes(let question)? = awaited.popFirst() else {
                    passed.writeBuffer(&marker)
                    continue
                }
                var answer = answer(to: question)
                passed.writeBuffer(&answer)
            }
        }
        answered.discardReadBytes()
        context.write(Self.wrapOutboundOut(passed), promise: promise)
    }
}

extension MemcachedRequests.Question {
    /// What is put to a node in its place.
    fileprivate var marker: ByteBuffer {
        if case .frame(let frame, _) = self { frame.marker } else { ByteBuffer(string: "version\r\n") }
    }
}

extension ByteBuffer {
    /// Without a copy where nothing is left from before.
    fileprivate mutating func append(_ more: ByteBuffer) {
        guard readableBytes > 0 else {
            self = more
            return
        }
        var more = more
        writeBuffer(&more)
    }
}
