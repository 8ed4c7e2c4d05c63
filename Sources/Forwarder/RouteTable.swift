import Logging
import NIOCore
import NIOPosix

/// The routes of a forwarder. They live in memory only: the control plane knows them and sends them again.
actor RouteTable {
    private struct Entry {
        let route: Route
        let listener: any Channel

        func serves(_ plan: ForwardRoute) -> Bool {
            listener.isActive && route.plan.address == plan.address && route.plan.port == plan.port
        }
    }

    private let group: any EventLoopGroup
    private let capacity: Capacity
    private let connectTimeout: TimeAmount
    private let logger: Logger
    private var entries: [String: Entry] = [:]
    /// Routes that are being made, each with those who wait to make the same one.
    private var making: [String: [CheckedContinuation<Void, Never>]] = [:]

    init(group: any EventLoopGroup, capacity: Capacity, connectTimeout: TimeAmount, logger: Logger) {
        self.group = group
        self.capacity = capacity
        self.connectTimeout = connectTimeout
        self.logger = logger
    }

    /// Makes a route, or changes the one of that name. A route that moves to another address drops its clients.
    func set(_ plan: ForwardRoute, closingRemoved: Bool) async throws(ForwarderError) {
        let address = try plan.checkedAddress()
        // The same command sent twice at once would find the address taken by its twin.
        while making[plan.name] != nil {
            await withCheckedContinuation { making[plan.name]?.append($0) }
        }
        if update(plan, closingRemoved: closingRemoved) { return }
        making[plan.name] = []
        defer {
            for waiting in making.removeValue(forKey: plan.name) ?? [] { waiting.resume() }
        }
        let route = Route(plan)
        let listener: any Channel
        do {
            listener = try await listen(at: address, for: route)
        } catch {
            throw .refused("can't listen on \(plan.address):\(plan.port): \(Self.explanation(of: error))")
        }
        let old = entries.updateValue(Entry(route: route, listener: listener), forKey: plan.name)
        logger.info("route set", metadata: ["route": "\(plan.name)", "address": "\(plan.address):\(plan.port)"])
        if let old { await end(old) }
    }

    /// Stops listening and drops the route's clients. An unknown name is as good as removed.
    func remove(_ name: String) async {
        guard let entry = entries.removeValue(forKey: name) else { return }
        await end(entry)
        logger.info("route removed", metadata: ["route": "\(name)"])
    }

    /// In the order of names.
    func list() -> [ForwardStatus] {
        entries.sorted { $0.key < $1.key }.map { $0.value.route.status(listening: $0.value.listener.isActive) }
    }

    private func update(_ plan: ForwardRoute, closingRemoved: Bool) -> Bool {
        guard let entry = entries[plan.name], entry.serves(plan) else { return false }
        entry.route.update(plan, closingRemoved: closingRemoved)
        return true
    }

    private func end(_ entry: Entry) async {
        // The address is free again once this is done; that it was closed already is no matter.
        try? await entry.listener.close().get()
        entry.route.end()
    }

    private func listen(at address: SocketAddress, for route: Route) async throws -> any Channel {
        try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1_024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(AcceptPause()) }
            }
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.socketOption(.so_keepalive), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { [capacity, connectTimeout] channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls = try route.tls() { try channel.pipeline.syncOperations.addHandler(tls.serverHandler()) }
                    let relay = Relay(.client)
                    let intake = ClientIntake(route: route, capacity: capacity, relay: relay, connectTimeout: connectTimeout)
                    guard route.plan.discovery != nil else {
                        return try channel.pipeline.syncOperations.addHandlers(intake, relay)
                    }
                    try channel.pipeline.syncOperations.addHandler(
                        MemcachedFront(route: route, capacity: capacity, intake: intake, relay: relay))
                }
            }
            .bind(to: address)
            .get()
    }

    private static func explanation(of error: any Error) -> String {
        (error as? IOError)?.description ?? "\(error)"
    }
}

extension ForwardRoute {
    /// The address to listen on, if the route makes sense.
    fileprivate func checkedAddress() throws(ForwarderError) -> SocketAddress {
        guard !name.isEmpty else { throw .refused("the route has no name") }
        for target in targets + fallbacks {
            _ = try Self.address(target.address, target.port)
        }
        do {
            _ = try identity.map(RouteTLS.init)
        } catch {
            throw .refused("its certificate can't be used: \(error)")
        }
        return try Self.address(address, port)
    }

    private static func address(_ address: String, _ port: Int) throws(ForwarderError) -> SocketAddress {
        guard (1...65_535).contains(port) else { throw .refused("\(port) is no TCP port") }
        do {
            return try SocketAddress(ipAddress: address, port: port)
        } catch {
            throw .refused("\(address.debugDescription) is no IP address")
        }
    }
}
