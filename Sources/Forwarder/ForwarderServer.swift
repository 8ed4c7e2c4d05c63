package import Logging
import NIOCore
import NIOPosix

/// Forwards TCP connections as a control plane tells it to, in a process of its own.
///
/// Commands come as lines of JSON over a Unix domain socket. Nothing is kept on disk.
package struct ForwarderServer: Sendable {
    private let threads: Int
    private let connectTimeout: TimeAmount
    private let firstBytePatience: TimeAmount
    private let logger: Logger

    /// Each of the threads runs an event loop; a connection stays on one, and one can keep a core busy.
    /// After the connect timeout of one target the next is tried.
    package init(
        threads: Int = 1, connectTimeout: Duration = .seconds(1), firstBytePatience: Duration = FirstByte.patience, logger: Logger
    ) {
        self.threads = max(1, threads)
        self.connectTimeout = TimeAmount(connectTimeout)
        self.firstBytePatience = TimeAmount(firstBytePatience)
        self.logger = logger
    }

    /// Serves until the task is cancelled, then closes everything and removes the socket.
    ///
    /// A socket left at the path by a dead forwarder is replaced; a live one is the error `alreadyRunning`.
    /// `onReady` is called once commands are accepted.
    package func run(controlSocketPath: String, onReady: @Sendable () -> Void = {}) async throws(ForwarderError) {
        let address = try ControlSocket.address(controlSocketPath)
        let capacity = Capacity.ofThisProcess()
        let group = MultiThreadedEventLoopGroup(numberOfThreads: threads)
        let result: Result<Void, ForwarderError>
        do throws(ForwarderError) {
            let socket = try await ControlSocket.listen(controlSocketPath, address, group)
            let table = RouteTable(
                group: group, capacity: capacity, connectTimeout: connectTimeout, firstBytePatience: firstBytePatience, logger: logger)
            logger.info("forwarder ready", metadata: ["control": "\(controlSocketPath)", "clients": "\(capacity.limit)"])
            onReady()
            result = await serve(socket, table)
            ControlSocket.remove(controlSocketPath)
        } catch {
            result = .failure(error)
        }
        // Closes the listeners and every connection.
        try? await group.shutdownGracefully()
        try result.get()
    }

    private func serve(_ socket: ControlSocket.Listener, _ table: RouteTable) async -> Result<Void, ForwarderError> {
        do {
            try await socket.executeThenClose { connections in
                try await withThrowingDiscardingTaskGroup { tasks in
                    tasks.addTask { await table.takeAddresses() }
                    for try await connection in connections {
                        tasks.addTask { await serve(connection, table) }
                    }
                    tasks.cancelAll()
                }
            }
            return .success(())
        } catch is CancellationError {
            return .success(())
        } catch {
            return .failure(.cannotListen("the control socket failed: \(error)"))
        }
    }

    /// One control connection: commands are carried out and answered in their order. Its failure is its own.
    private func serve(_ connection: ControlSocket.Connection, _ table: RouteTable) async {
        do {
            try await connection.executeThenClose { lines, replies in
                do {
                    for try await line in lines {
                        try await replies.write(try ControlLine.encode(await answer(line, table)))
                    }
                } catch is ControlLine.TooLong {
                    try await replies.write(try ControlLine.encode(ControlReply.failed("the line is too long")))
                }
            }
        } catch {
            logger.debug("control connection failed", metadata: ["error": "\(error)"])
        }
    }

    private func answer(_ line: ByteBuffer, _ table: RouteTable) async -> ControlReply {
        let command: ControlCommand
        do {
            command = try ControlLine.decode(ControlCommand.self, from: line)
        } catch {
            return .failed("not a command: \(error)")
        }
        switch (command.set, command.remove, command.list) {
        case (let route?, nil, nil):
            do {
                try await table.set(route, closingRemoved: command.close ?? false)
                return .done
            } catch .refused(let reason) {
                return .failed(reason)
            } catch {
                return .failed("\(error)")
            }
        case (nil, let name?, nil):
            await table.remove(name)
            return .done
        case (nil, nil, true?):
            return ControlReply(ok: true, routes: await table.list())
        default:
            return .failed("not a command: give exactly one of set, remove and list")
        }
    }
}
