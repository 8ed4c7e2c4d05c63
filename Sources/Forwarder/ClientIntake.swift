import NIOCore
import NIOPosix

/// Finds a target for one accepted client and joins the two; keeps the route's account of the client.
final class ClientIntake: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let route: Route
    private let capacity: Capacity
    private let relay: Relay
    private let connectTimeout: TimeAmount
    private var tried: Set<ForwardRoute.Target> = []
    private var admitted = false

    init(route: Route, capacity: Capacity, relay: Relay, connectTimeout: TimeAmount) {
        self.route = route
        self.capacity = capacity
        self.relay = relay
        self.connectTimeout = connectTimeout
    }

    func channelActive(context: ChannelHandlerContext) {
        context.fireChannelActive()
        begin(context.channel)
    }

    /// Also for a client that has been connected for some time.
    func begin(_ client: any Channel) {
        admitted = capacity.take()
        if admitted { dial(for: client) } else { refuse(client) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if admitted { capacity.giveBack() }
        admitted = false
        route.left(context.channel)
        context.fireChannelInactive()
    }

    private func refuse(_ client: any Channel) {
        route.refused()
        client.close(promise: nil)
    }

    private func dial(for client: any Channel) {
        guard client.isActive else { return }
        guard let target = route.next(notAmong: tried) else { return refuse(client) }
        tried.insert(target)
        guard let address = try? SocketAddress(ipAddress: target.address, port: target.port) else {
            route.failed(target, timedOut: false)
            return dial(for: client)
        }
        let loop = client.eventLoop
        let other = NIOLoopBound(Relay(.target), eventLoop: loop)
        ClientBootstrap(group: loop)
            .markedAsOwn()
            .connectTimeout(connectTimeout)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.socketOption(.so_keepalive), value: 1)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelInitializer { [route] channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls = try route.tls() { try channel.pipeline.syncOperations.addHandler(tls.clientHandler()) }
                    try channel.pipeline.syncOperations.addHandler(other.value)
                }
            }
            .connect(to: address)
            .assumeIsolated()
            .whenComplete { [self] result in connected(result, target, other.value, for: client) }
    }

    private func connected(
        _ result: Result<any Channel, any Error>, _ target: ForwardRoute.Target, _ other: Relay, for client: any Channel
    ) {
        switch result {
        case .failure(let error):
            var timedOut = false
            if case .connectTimeout? = error as? ChannelError { timedOut = true }
            route.failed(target, timedOut: timedOut)
            dial(for: client)
        case .success(let channel):
            guard client.isActive else {
                route.failed(target, timedOut: false)
                return channel.close(promise: nil)
            }
            guard route.join(client, to: target) else {
                channel.close(promise: nil)
                return dial(for: client)
            }
            Relay.join(client: relay, target: other)
        }
    }
}
