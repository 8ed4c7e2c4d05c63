import NIOCore
import NIOPosix

/// One connection to one node of Memcached, in its text protocol. Questions may be asked from anywhere at once: each gets its own answer.
package final class MemcachedConnection: Sendable {
    private let channel: any Channel

    private init(channel: any Channel) {
        self.channel = channel
    }

    /// Connects to an address (a number, never looked up): with TLS where a trust is given.
    package static func connect(
        to address: EngineAddress, trust: EngineTrust? = nil, deadline: Duration = EngineConnection.commandTimeout
    ) async throws(EngineError) -> MemcachedConnection {
        do {
            let socket = try SocketAddress(ipAddress: address.host, port: address.port)
            let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .markedAsOwn(socket)
                .connectTimeout(TimeAmount(deadline))
                .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 4096))
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        if let trust { try channel.pipeline.syncOperations.addHandler(try trust.handler(for: address.host)) }
                        try channel.pipeline.syncOperations.addHandler(MemcachedChannelHandler())
                    }
                }
                .connect(to: socket).get()
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

    /// What an item holds; nil where there is none, or a far longer one than was meant. After the timeout the connection is closed.
    package func item(_ key: String, within timeout: Duration = EngineConnection.commandTimeout) async throws(EngineError) -> String? {
        let lines = try await ask("get \(key)", endsWith: "END", within: timeout)
        return lines.count == 3 ? lines[1] : nil
    }

    package func store(
        _ text: String, as key: String, within timeout: Duration = EngineConnection.commandTimeout
    ) async throws(EngineError) {
        let line = try await ask("set \(key) 0 0 \(text.utf8.count)\r\n\(text)", endsWith: nil, within: timeout).first ?? ""
        guard line == "STORED" else { throw .unexpected(command: "set", detail: line) }
    }

    /// Has the engine read the file of its certificate again. Connections that stand stay.
    package func loadCertificate(within timeout: Duration = EngineConnection.commandTimeout) async throws(EngineError) {
        let line = try await ask("refresh_certs", endsWith: nil, within: timeout).first ?? ""
        guard line == "OK" else { throw .unexpected(command: "refresh_certs", detail: line) }
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
