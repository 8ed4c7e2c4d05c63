import Forwarder
import NIOCore
import NIOPosix
import Synchronization

/// Something to forward to.
final class TestTarget: Sendable {
    enum Behaviour: Sendable {
        /// Says its name, gives back what it gets, and says `bye` when the client has ended its side.
        case echo(String)
        /// Sends this many bytes as fast as they are taken, then ends.
        case flood(Int)
        /// Reads nothing.
        case deaf
    }

    private let channel: any Channel
    let address: String
    let port: Int
    /// Bytes that the kernel took.
    let sent: Counter
    private let clients: Clients

    final class Counter: Sendable {
        private let count = Atomic(0)
        var value: Int { count.load(ordering: .relaxed) }
        func add(_ bytes: Int) { count.add(bytes, ordering: .relaxed) }
    }

    final class Clients: Sendable {
        private let channels = Mutex<[any Channel]>([])
        func add(_ channel: any Channel) { channels.withLock { $0.append(channel) } }
        func close() { for channel in channels.withLock({ $0 }) { channel.close(promise: nil) } }
        var active: Int { channels.withLock { $0.count { $0.isActive } } }
    }

    init(_ behaviour: Behaviour, address: String, port: Int = 0) async throws {
        let (sent, clients) = (Counter(), Clients())
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                clients.add(channel)
                return channel.eventLoop.makeCompletedFuture {
                    switch behaviour {
                    case .echo(let name): try channel.pipeline.syncOperations.addHandler(Echo(name))
                    case .flood(let total): try channel.pipeline.syncOperations.addHandler(Flood(total, sent))
                    case .deaf: try channel.pipeline.syncOperations.addHandler(Deaf())
                    }
                }
            }
            .bind(host: address, port: port)
            .get()
        self.address = address
        self.port = channel.localAddress?.port ?? 0
        self.sent = sent
        self.clients = clients
    }

    var target: ForwardRoute.Target { .init(address: address, port: port) }

    /// Connections still open.
    var active: Int { clients.active }

    /// Stops as a killed process does: the listener and every connection.
    func stop() async {
        try? await channel.close().get()
        clients.close()
    }

    deinit {
        channel.close(promise: nil)
        clients.close()
    }
}

private final class Echo: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    let name: String

    init(_ name: String) { self.name = name }

    func channelActive(context: ChannelHandlerContext) {
        context.writeAndFlush(Self.wrapOutboundOut(ByteBuffer(string: name + "\n")), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { context.write(data, promise: nil) }

    func channelReadComplete(context: ChannelHandlerContext) { context.flush() }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case .inputClosed? = event as? ChannelEvent else { return }
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.writeAndFlush(Self.wrapOutboundOut(ByteBuffer(string: "bye\n"))).whenComplete { _ in
            bound.value.close(promise: nil)
        }
    }
}

private final class Flood: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    private var left: Int
    private var position = 0
    private let sent: TestTarget.Counter

    init(_ total: Int, _ sent: TestTarget.Counter) {
        left = total
        self.sent = sent
    }

    func channelActive(context: ChannelHandlerContext) { pour(context) }

    func channelWritabilityChanged(context: ChannelHandlerContext) { pour(context) }

    private func pour(_ context: ChannelHandlerContext) {
        guard left > 0 else { return }
        while left > 0, context.channel.isWritable {
            let count = min(left, 1 << 12)
            let bytes = ByteBuffer(repeating: pattern(position), count: count)
            left -= count
            position += count
            let sent = self.sent
            context.writeAndFlush(Self.wrapOutboundOut(bytes)).whenSuccess { sent.add(count) }
        }
        guard left == 0 else { return }
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        // Were the whole socket closed, input that arrives later would reset it and destroy what is still on its way.
        context.writeAndFlush(Self.wrapOutboundOut(ByteBuffer())).whenComplete { _ in bound.value.close(mode: .output, promise: nil) }
    }
}

private final class Deaf: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer
    func read(context: ChannelHandlerContext) {}
}

/// The byte at a position of a flood: blocks lost, doubled or swapped show.
func pattern(_ position: Int) -> UInt8 { UInt8(truncatingIfNeeded: position >> 12) }
