import NIOCore
import NIOPosix

/// Finds a target for one accepted client and joins the two; keeps the route's account of the client.
///
/// Where a route tells encrypted connections from others, the client's first byte is waited for before that.
final class ClientIntake: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    /// How often a target of an address that changes hands is tried, and how long after each other.
    private static let triesWhileLeft = 200
    private static let pauseWhileLeft = TimeAmount.milliseconds(2)

    private let route: Route
    private let capacity: Capacity
    private let relay: Relay
    private let connectTimeout: TimeAmount
    private let firstBytePatience: TimeAmount
    private var tried: Set<ForwardRoute.Target> = []
    private var triesLeft = ClientIntake.triesWhileLeft
    private var triesSuccessor = false
    private var admitted = false
    /// Runs while the first byte is waited for.
    private var patience: Scheduled<Void>?
    private var isEncrypted = false

    init(route: Route, capacity: Capacity, relay: Relay, connectTimeout: TimeAmount, firstBytePatience: TimeAmount) {
        self.route = route
        self.capacity = capacity
        self.relay = relay
        self.connectTimeout = connectTimeout
        self.firstBytePatience = firstBytePatience
    }

    func channelActive(context: ChannelHandlerContext) {
        context.fireChannelActive()
        if route.plan.encryptedPort != nil { return listen(context) }
        begin(context.channel)
    }

    /// Also for a client that has been connected for some time.
    func begin(_ client: any Channel) {
        admitted = capacity.take()
        if admitted { dial(for: client) } else { refuse(client) }
    }

    // MARK: the first byte

    private func listen(_ context: ChannelHandlerContext) {
        let client = context.channel
        admitted = capacity.take()
        guard admitted, route.receive(client) else { return refuse(client) }
        patience = context.eventLoop.assumeIsolated().scheduleTask(in: firstBytePatience) { [weak self] in self?.decide(false, client) }
        // The relay lets nothing be read before there is a target.
        context.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        // It goes on first, so that it is there when a target is.
        context.fireChannelRead(data)
        guard patience != nil, let isEncrypted = FirstByte.isEncrypted(Self.unwrapInboundIn(data)) else { return }
        decide(isEncrypted, context.channel)
    }

    private func decide(_ isEncrypted: Bool, _ client: any Channel) {
        guard let patience else { return }
        patience.cancel()
        self.patience = nil
        self.isEncrypted = isEncrypted
        route.dismiss(client)
        dial(for: client)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // It has nothing to say: one that looks whether somebody listens.
        if patience != nil, event as? ChannelEvent == .inputClosed { return context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    // MARK: a target

    func channelInactive(context: ChannelHandlerContext) {
        if admitted { capacity.giveBack() }
        admitted = false
        patience?.cancel()
        patience = nil
        route.dismiss(context.channel)
        route.left(context.channel)
        context.fireChannelInactive()
    }

    private func refuse(_ client: any Channel) {
        route.refused()
        client.close(promise: nil)
    }

    private func dial(for client: any Channel) {
        guard client.isActive else { return }
        guard let target = route.next(notAmong: tried) else { return tryAgain(for: client) }
        tried.insert(target)
        guard let address = address(of: target) else {
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

    private func address(of target: ForwardRoute.Target) -> SocketAddress? {
        let plan = route.plan
        if triesSuccessor, route.isLeft { return try? SocketAddress(ipAddress: plan.address, port: plan.port) }
        return try? SocketAddress(ipAddress: target.address, port: isEncrypted ? plan.encryptedPort ?? target.port : target.port)
    }

    /// Whoever came just before the address was left is led to where the target listens, or to who takes the address: the target itself, mostly.
    private func tryAgain(for client: any Channel) {
        guard route.isLeft, triesLeft > 0 else { return refuse(client) }
        triesLeft -= 1
        triesSuccessor.toggle()
        client.eventLoop.assumeIsolated().scheduleTask(in: Self.pauseWhileLeft) { [self] in
            tried = []
            dial(for: client)
        }
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
