import NIOCore
import NIOPosix

/// One connection to one engine. Commands may be sent from anywhere at once: they are pipelined, and each sender gets its own reply.
///
/// Idle it costs a socket and a few hundred bytes; no thread, no task.
package final class EngineConnection: Sendable {
    /// Time for a command unless another is said.
    package static let commandTimeout: Duration = .seconds(5)

    private let channel: any Channel

    private init(channel: any Channel) {
        self.channel = channel
    }

    /// Connects to an address (a number, never looked up) and authenticates in the first write: with TLS where a trust is given.
    ///
    /// - Throws: `unreachable`, `timeout`, or the reply (`WRONGPASS`) with which the engine refused the credentials.
    package static func connect(
        host: String, port: Int, username: String? = nil, password: String? = nil, trust: EngineTrust? = nil,
        deadline: Duration = commandTimeout
    ) async throws(EngineError) -> EngineConnection {
        let address: SocketAddress
        do {
            address = try SocketAddress(ipAddress: host, port: port)
        } catch {
            throw .unreachable("\(host):\(port) is not an address")
        }
        return try await connect(
            to: address, username: username, password: password, trust: trust.map { ($0, address: host) }, deadline: deadline)
    }

    /// Connects to a Unix socket.
    static func connect(socketPath: String, deadline: Duration) async throws(EngineError) -> EngineConnection {
        let address: SocketAddress
        do {
            address = try SocketAddress(unixDomainSocketPath: socketPath)
        } catch {
            throw .unreachable("\(socketPath) is too long for a socket")
        }
        return try await connect(to: address, username: nil, password: nil, trust: nil, deadline: deadline)
    }

    private static func connect(
        to address: SocketAddress, username: String?, password: String?, trust: (EngineTrust, address: String)?, deadline: Duration
    ) async throws(EngineError) -> EngineConnection {
        let start = ContinuousClock.now
        let channel: any Channel
        do {
            channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .markedAsOwn(address)
                .connectTimeout(TimeAmount(deadline))
                // Each connection keeps its last buffer; left to itself it would grow with the longest reply.
                .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 4096))
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        if let (trust, address) = trust {
                            try channel.pipeline.syncOperations.addHandler(try trust.handler(for: address))
                        }
                        try channel.pipeline.syncOperations.addHandler(EngineChannelHandler())
                    }
                }
                .connect(to: address).get()
        } catch ChannelError.connectTimeout {
            throw .timeout
        } catch {
            throw .unreachable("\(address): \(error)")
        }
        let connection = EngineConnection(channel: channel)
        guard let password else { return connection }
        do throws(EngineError) {
            let left = max(deadline - (ContinuousClock.now - start), .milliseconds(1))
            _ = try await connection.send(username.map { ["AUTH", $0, password] } ?? ["AUTH", password], within: left)
            return connection
        } catch {
            await connection.close()
            throw error
        }
    }

    /// False once it has failed or been closed. True is no promise: the next command tells.
    package var isOpen: Bool { channel.isActive }

    /// Sends one command.
    ///
    /// - Throws: `reply` when the engine refuses; see `EngineError` for the rest. After `timeout` the connection is closed.
    package func send(_ arguments: [String], within timeout: Duration = commandTimeout) async throws(EngineError) -> RESPValue {
        guard let reply = await send(batch: [arguments], within: timeout).first else {
            throw .unexpected(command: arguments.first ?? "", detail: "no reply")
        }
        return try reply.get()
    }

    /// Sends several commands in one write and returns one result for each, in their order.
    package func send(
        batch: [[String]], within timeout: Duration = commandTimeout
    ) async -> [Result<RESPValue, EngineError>] {
        guard !batch.isEmpty else { return [] }
        var bytes = channel.allocator.buffer(capacity: 64 * batch.count)
        for arguments in batch {
            RESPEncoder.write(arguments, to: &bytes)
        }
        let promise = channel.eventLoop.makePromise(of: [EngineRequest.Reply].self)
        let request = EngineRequest(bytes: bytes, count: batch.count, timeout: TimeAmount(timeout), promise: promise)
        let written = channel.eventLoop.makePromise(of: Void.self)
        // A closed channel has no handler left that could answer. Where one is there it has answered first, and this changes nothing.
        written.futureResult.whenFailure { error in
            let wasClosed = error as? ChannelError == .ioOnClosedChannel
            promise.fail(wasClosed ? EngineError.unreachable("the connection is closed") : .lost("\(error)"))
        }
        channel.writeAndFlush(request, promise: written)
        do {
            return try await promise.futureResult.get()
        } catch {
            let failure = error as? EngineError ?? .unreachable("\(error)")
            return Array(repeating: .failure(failure), count: batch.count)
        }
    }

    /// Closes; commands under way end with `lost`.
    package func close() async {
        try? await channel.close()
    }
}
