import CacheModel
import Foundation
package import Logging
import ServiceLifecycle
package import Store
import Synchronization

/// Makes this machine's forwarder agree with the routes in the store, and writes back which are in force.
///
/// The forwarder is a process like any other, started through its spec and adopted like an engine: when this agent stops, the
/// connections through it go on.
package struct RouteAgent: Service {
    /// The forwarder's process.
    package static let process = "forwarder"
    /// In the forwarder's own directory.
    package static let socketName = "control.sock"

    private static let lookAgain: Duration = .seconds(5)

    private let store: any Store
    private let executable: String
    private let logger: Logger
    private let socketPath: String

    /// The executable is what runs a forwarder when called with `forward --control SOCKET`.
    package init(store: any Store, executable: String, logger: Logger) {
        self.init(store: store, executable: executable, logger: logger, dataDirectory: nil)
    }

    /// Without the directory, sockets are found from the working directory.
    init(store: any Store, executable: String, logger: Logger, dataDirectory: DataDirectory?) {
        self.store = store
        self.executable = executable
        self.logger = logger
        // Relative to the data directory, which the server has made its own: the length of a socket's path is limited.
        let path = "nodes/\(Self.process)/\(Self.socketName)"
        self.socketPath = dataDirectory.map { $0.path + "/" + path } ?? path
    }

    /// Runs until graceful shutdown or cancellation, and leaves the forwarder running.
    package func run() async throws {
        let sleeper = Sleeper()
        let (notices, notice) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await follow(RouteSpec.keyPrefix, notice) }
                group.addTask { await follow(ProcessStatus.key(Self.process), notice) }
                group.addTask {
                    while !Task.isCancelled {
                        notice.yield()
                        try? await Task.sleep(for: Self.lookAgain)
                    }
                    notice.finish()
                }
                let forwarder = ForwarderKeeper(store: store, executable: executable, logger: logger)
                var pass = RoutePass(store: store, socketPath: socketPath, forwarder: forwarder, logger: logger)
                for await _ in notices {
                    do {
                        try await pass.run()
                        if let pause = pass.pause, sleeper.begin() {
                            group.addTask {
                                try? await Task.sleep(for: pause)
                                sleeper.end()
                                notice.yield()
                            }
                        }
                    } catch {
                        // While the forwarder is starting its socket is not there yet.
                        let isStarting = pass.forwarder.startedWithin(.seconds(2))
                        logger.log(
                            level: isStarting ? .debug : .warning, "the routes could not be brought into force",
                            metadata: ["error": "\(error)"])
                        try? await Task.sleep(for: .milliseconds(isStarting ? 5 : 200))
                        notice.yield()
                    }
                }
            }
        }
    }

    private func follow(_ prefix: String, _ notice: AsyncStream<Void>.Continuation) async {
        var revision = (try? await store.list(prefix: prefix).revision) ?? 0
        while !Task.isCancelled {
            for await change in await store.watch(prefix: prefix, after: revision) {
                revision = change.revision
                notice.yield()
            }
            revision = (try? await store.list(prefix: prefix).revision) ?? revision
            notice.yield()
            try? await Task.sleep(for: .milliseconds(100))
        }
    }
}

/// Whoever sleeps until the next look is due: one at a time.
private final class Sleeper: Sendable {
    private let sleeps = Mutex(false)

    /// False if there is one already.
    func begin() -> Bool {
        sleeps.withLock { sleeps in
            defer { sleeps = true }
            return !sleeps
        }
    }

    func end() { sleeps.withLock { $0 = false } }
}
