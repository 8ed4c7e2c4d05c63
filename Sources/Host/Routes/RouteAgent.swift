import CacheModel
import Forwarder
import Foundation
package import Logging
import ServiceLifecycle
package import Store

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
                var forwarder = ForwarderKeeper(store: store, executable: executable)
                for await _ in notices {
                    do {
                        try await pass(&forwarder)
                    } catch {
                        // While the forwarder is starting its socket is not there yet.
                        let isStarting = forwarder.startedWithin(.seconds(2))
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

    /// One look: the forwarder runs, has the routes that are wanted, and no others.
    private func pass(_ forwarder: inout ForwarderKeeper) async throws {
        guard try await forwarder.keepRunning() else { return }
        let wanted = try await records(RouteSpec.keyPrefix, as: RouteSpec.self)
        let told = try await records(RouteStatus.keyPrefix, as: RouteStatus.self)
        let control = ForwarderControl(path: socketPath)
        let inForce = try await control.list()
        var writes: [Transaction.Write] = []
        for name in inForce.map(\.route.name) where wanted[name] == nil {
            try await control.remove(name)
        }
        for name in told.keys where wanted[name] == nil {
            writes.append(.delete(key: RouteStatus.key(name)))
        }
        for (name, spec) in wanted.sorted(by: { $0.key < $1.key }) {
            let status = await status(of: spec, inForce: inForce.first { $0.route.name == name && $0.state == .listening }?.route, control)
            if status != told[name] {
                writes.append(.put(key: RouteStatus.key(name), value: try JSONEncoder().encode(status)))
            }
        }
        if !writes.isEmpty { try await store.commit(Transaction(writes: writes)) }
    }

    private func status(of spec: RouteSpec, inForce: ForwardRoute?, _ control: ForwarderControl) async -> RouteStatus {
        let route = ForwardRoute(spec)
        if inForce == route { return RouteStatus(name: spec.name, applied: spec) }
        do {
            try await control.set(route, closingRemoved: spec.closesRemoved)
            return RouteStatus(name: spec.name, applied: spec)
        } catch {
            return RouteStatus(name: spec.name, applied: nil, problem: "\(error)")
        }
    }

    private func records<Value: Decodable>(_ prefix: String, as type: Value.Type) async throws -> [String: Value] {
        var values: [String: Value] = [:]
        for record in try await store.list(prefix: prefix).records {
            values[String(record.key.dropFirst(prefix.count))] = try JSONDecoder().decode(type, from: record.value)
        }
        return values
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
