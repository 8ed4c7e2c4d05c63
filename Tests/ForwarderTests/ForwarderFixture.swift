import Foundation
import Logging
import NIOCore
import Synchronization
import Testing

@testable import Forwarder

/// A running forwarder with a route's worth of addresses of its own.
struct ForwarderFixture: Sendable {
    let control: ForwarderControl
    let socketPath: String
    /// Where routes of this test listen: nobody else's address.
    let address = Self.freshAddress()
    let port = Int.random(in: 20_000..<30_000)

    static func freshAddress() -> String {
        "127.79.\(Int.random(in: 0...255)).\(Int.random(in: 1...254))"
    }

    static func freshSocketPath() -> String {
        "/tmp/forwarder-\(UUID().uuidString.prefix(12)).sock"
    }

    func route(_ targets: [TestTarget], fallbacks: [TestTarget] = [], name: String = "r") -> ForwardRoute {
        ForwardRoute(name: name, address: address, port: port, targets: targets.map(\.target), fallbacks: fallbacks.map(\.target))
    }

    func client(receiveBuffer: Int32? = nil) throws -> TestClient { try TestClient(address, port, receiveBuffer: receiveBuffer) }

    func status() async throws -> ForwardStatus { try #require(try await control.list().first) }

    /// Runs a forwarder for the time of the body.
    static func with(
        connectTimeout: Duration = .seconds(1), firstBytePatience: Duration = FirstByte.patience,
        _ body: @escaping @Sendable (ForwarderFixture) async throws -> Void
    ) async throws {
        let path = freshSocketPath()
        try await running(path, connectTimeout, firstBytePatience) {
            try await body(ForwarderFixture(control: ForwarderControl(path: path, timeout: .seconds(20)), socketPath: path))
        }
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    static func running(
        _ path: String, _ connectTimeout: Duration = .seconds(1), _ firstBytePatience: Duration = FirstByte.patience,
        _ body: @escaping @Sendable () async throws -> Void
    ) async throws {
        let (ready, readiness) = AsyncStream.makeStream(of: Void.self)
        var logger = Logger(label: "forwarder")
        logger.logLevel = .error
        let server = ForwarderServer(connectTimeout: connectTimeout, firstBytePatience: firstBytePatience, logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { readiness.finish() }
                try await server.run(controlSocketPath: path) { readiness.yield() }
            }
            guard await ready.first(where: { true }) != nil else { return try await group.waitForAll() }
            do {
                try await body()
            } catch {
                group.cancelAll()
                throw error
            }
            group.cancelAll()
            try await group.waitForAll()
        }
    }
}

struct NeverHappened: Error {}

/// Waits for something that the test can only look at.
func eventually(within limit: Duration = .seconds(10), _ condition: () async throws -> Bool) async throws {
    let deadline = ContinuousClock.now + limit
    while try await !condition() {
        guard ContinuousClock.now < deadline else { throw NeverHappened() }
        try await Task.sleep(for: .milliseconds(2))
    }
}
