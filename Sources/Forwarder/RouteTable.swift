import Logging
import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The routes of a forwarder. They live in memory only: the control plane knows them and sends them again.
actor RouteTable {
    private struct Entry {
        let route: Route
        /// Nil while the address is left to somebody else.
        var listener: (any Channel)?

        var state: ForwardStatus.State {
            if listener?.isActive == true { return .listening }
            return listener == nil ? .yielded : .closed
        }
    }

    private let group: any EventLoopGroup
    private let capacity: Capacity
    private let connectTimeout: TimeAmount
    private let firstBytePatience: TimeAmount
    private let logger: Logger
    private var entries: [String: Entry] = [:]
    /// Routes that are being made, each with those who wait to make the same one.
    private var making: [String: [CheckedContinuation<Void, Never>]] = [:]
    private var taking = AddressTaking()

    init(
        group: any EventLoopGroup, capacity: Capacity, connectTimeout: TimeAmount, firstBytePatience: TimeAmount, logger: Logger
    ) {
        self.group = group
        self.capacity = capacity
        self.connectTimeout = connectTimeout
        self.firstBytePatience = firstBytePatience
        self.logger = logger
    }

    /// Makes a route, or changes the one of that name. A route that moves to another address drops its clients.
    func set(_ plan: ForwardRoute, closingRemoved: Bool) async throws(ForwarderError) {
        let address = try plan.checkedAddress()
        // The same command sent twice at once would find the address taken by its twin.
        while making[plan.name] != nil {
            await withCheckedContinuation { making[plan.name]?.append($0) }
        }
        if plan.isYielded == true { return await yield(plan, closingRemoved: closingRemoved) }
        taking.end(plan.name)
        if update(plan, closingRemoved: closingRemoved) { return }
        making[plan.name] = []
        defer {
            for waiting in making.removeValue(forKey: plan.name) ?? [] { waiting.resume() }
        }
        let route = left(at: plan) ?? Route(plan)
        route.update(plan, closingRemoved: closingRemoved)
        do {
            await replace(plan.name, with: route, try await listen(at: address, for: route))
        } catch {
            if plan.encryptedPort != nil, (error as? IOError)?.errnoCode == EADDRINUSE { taking.begin(plan.name, for: route, .leaving) }
            throw .refused("can't listen on \(plan.address):\(plan.port): \(Self.explanation(of: error))")
        }
        logger.info("route set", metadata: ["route": "\(plan.name)", "address": "\(plan.address):\(plan.port)"])
    }

    /// Stops listening and drops the route's clients. An unknown name is as good as removed.
    func remove(_ name: String) async {
        taking.end(name)
        guard let entry = entries.removeValue(forKey: name) else { return }
        await end(entry)
        logger.info("route removed", metadata: ["route": "\(name)"])
    }

    /// In the order of names.
    func list() -> [ForwardStatus] {
        entries.sorted { $0.key < $1.key }.map { $0.value.route.status($0.value.state) }
    }

    private func update(_ plan: ForwardRoute, closingRemoved: Bool) -> Bool {
        guard let entry = entries[plan.name], entry.listener?.isActive == true, entry.route.plan.isAt(plan) else { return false }
        entry.route.update(plan, closingRemoved: closingRemoved)
        return true
    }

    private func replace(_ name: String, with route: Route, _ listener: (any Channel)?) async {
        route.isLeft = listener == nil
        guard let old = entries.updateValue(Entry(route: route, listener: listener), forKey: name) else { return }
        // The address is free again once this is done; that it was closed already is no matter.
        try? await old.listener?.close().get()
        if old.route !== route { old.route.end() }
    }

    private func end(_ entry: Entry) async {
        try? await entry.listener?.close().get()
        entry.route.end()
    }

    // MARK: addresses that change hands

    /// The route whose address was left, and that is to answer there again: with its clients.
    private func left(at plan: ForwardRoute) -> Route? {
        guard let entry = entries[plan.name], entry.listener == nil, entry.route.plan.isAt(plan) else { return nil }
        return entry.route
    }

    private func yield(_ plan: ForwardRoute, closingRemoved: Bool) async {
        guard let entry = entries[plan.name], entry.route.plan.isAt(plan) else { return await replace(plan.name, with: Route(plan), nil) }
        entry.route.update(plan, closingRemoved: closingRemoved)
        guard entry.listener != nil else { return }
        taking.begin(plan.name, for: entry.route, .left)
        await replace(plan.name, with: entry.route, nil)
        logger.info("route yielded", metadata: ["route": "\(plan.name)", "address": "\(plan.address):\(plan.port)"])
    }

    /// Until cancelled: listens at addresses as soon as others leave them, and again at those that were left and nobody took.
    func takeAddresses() async {
        for await _ in taking.stirred {
            while !taking.isEmpty, !Task.isCancelled {
                for attempt in taking.due(.now) { await take(attempt) }
                try? await Task.sleep(for: AddressTaking.pace)
            }
        }
    }

    private func take(_ attempt: AddressTaking.Attempt) async {
        guard let address = try? attempt.route.plan.checkedAddress(), let listener = try? await listen(at: address, for: attempt.route)
        else {
            return taking.failed(attempt, at: .now)
        }
        guard taking.succeeded(attempt) else {
            try? await listener.close().get()
            return
        }
        await replace(attempt.name, with: attempt.route, listener)
        logger.info("route set at an address that was left", metadata: ["route": "\(attempt.name)"])
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
            .childChannelInitializer { [capacity, connectTimeout, firstBytePatience] channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls = try route.tls() { try channel.pipeline.syncOperations.addHandler(tls.serverHandler()) }
                    let relay = Relay(.client)
                    let intake = ClientIntake(
                        route: route, capacity: capacity, relay: relay, connectTimeout: connectTimeout,
                        firstBytePatience: firstBytePatience)
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
    /// Whether both answer at the same address.
    fileprivate func isAt(_ other: ForwardRoute) -> Bool { address == other.address && port == other.port }

    /// The address to listen on, if the route makes sense.
    fileprivate func checkedAddress() throws(ForwarderError) -> SocketAddress {
        guard !name.isEmpty else { throw .refused("the route has no name") }
        for target in targets + fallbacks {
            _ = try Self.address(target.address, target.port)
            _ = try Self.address(target.address, encryptedPort ?? target.port)
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
