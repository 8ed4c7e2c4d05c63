import Foundation
import Logging
import NIOCore
import NIOPosix
import Testing

@testable import Forwarder

/// Connections through a running forwarder, over real sockets.
@Suite struct ForwardingTests {
    @Test func spreadsOverTheTargets() async throws {
        try await ForwarderFixture.with { forwarder in
            let targets = [
                try await TestTarget(.echo("one"), address: ForwarderFixture.freshAddress()),
                try await TestTarget(.echo("two"), address: ForwarderFixture.freshAddress()),
                try await TestTarget(.echo("three"), address: ForwarderFixture.freshAddress()),
            ]
            let fallback = try await TestTarget(.echo("fallback"), address: ForwarderFixture.freshAddress())
            try await forwarder.control.set(forwarder.route(targets, fallbacks: [fallback]))
            let clients = try (0..<9).map { _ in try forwarder.client() }
            var names: [String: Int] = [:]
            for client in clients { names[try await client.line() ?? "", default: 0] += 1 }
            #expect(names == ["one": 3, "two": 3, "three": 3])
            for (index, client) in clients.enumerated() {
                try await client.send("hello \(index)\n")
                #expect(try await client.line() == "hello \(index)")
            }
            let status = try await forwarder.status()
            #expect(status.loads.map(\.connections) == [3, 3, 3, 0])
            #expect(status.served == 9 && status.refused == 0 && status.state == .listening)
            for client in clients { await client.close() }
            try await eventually { try await forwarder.status().connections == 0 }
            try await eventually { targets.allSatisfy { $0.active == 0 } }
        }
    }

    @Test func skipsDeadTargetsAndFallsBack() async throws {
        try await ForwarderFixture.with { forwarder in
            let alive = try await TestTarget(.echo("alive"), address: ForwarderFixture.freshAddress())
            let dead = try await TestTarget(.echo("dead"), address: ForwarderFixture.freshAddress())
            let fallback = try await TestTarget(.echo("fallback"), address: ForwarderFixture.freshAddress())
            await dead.stop()
            try await forwarder.control.set(forwarder.route([dead, alive], fallbacks: [fallback]))
            for _ in 0..<4 { #expect(try await forwarder.client().line() == "alive") }
            await alive.stop()
            for _ in 0..<4 { #expect(try await forwarder.client().line() == "fallback") }
            await fallback.stop()
            #expect(try await forwarder.client().line() == nil)
            let back = try await TestTarget(.echo("back"), address: dead.address, port: dead.port)
            #expect(try await forwarder.client().line() == "back")
            await back.stop()
            try await eventually { try await forwarder.status().refused == 1 }
        }
    }

    /// A target whose backlog is full answers nothing at all, as a hung machine would.
    @Test func doesNotWaitLongForATargetThatHangs() async throws {
        try await ForwarderFixture.with(connectTimeout: .seconds(1)) { forwarder in
            let address = ForwarderFixture.freshAddress()
            let hung = try HungListener(address)
            let alive = try await TestTarget(.echo("alive"), address: address)
            var route = forwarder.route([], fallbacks: [alive])
            route.targets = [.init(address: address, port: hung.port)]
            try await forwarder.control.set(route)
            let start = ContinuousClock.now
            #expect(try await forwarder.client().line() == "alive")
            let first = ContinuousClock.now - start
            #expect(first >= .milliseconds(990))
            for _ in 0..<20 { #expect(try await forwarder.client().line() == "alive") }
            #expect(ContinuousClock.now - start - first < .seconds(15), "trying it again for each would take 20 s")
        }
    }

    @Test func noTargetAtAllClosesTheClient() async throws {
        try await ForwarderFixture.with { forwarder in
            try await forwarder.control.set(forwarder.route([]))
            #expect(try await forwarder.client().line() == nil)
        }
    }

    @Test func aClientMayEndItsSideAndStillReadTheAnswer() async throws {
        try await ForwarderFixture.with { forwarder in
            let target = try await TestTarget(.echo("t"), address: ForwarderFixture.freshAddress())
            try await forwarder.control.set(forwarder.route([target]))
            for size in [0, 1, 300_000] {
                let client = try forwarder.client()
                let text = String(repeating: "x", count: size)
                try await client.send(text)
                await client.endOutput()
                #expect(try await client.rest() == Array("t\n\(text)bye\n".utf8))
            }
            try await eventually { try await forwarder.status().connections == 0 && target.active == 0 }
        }
    }

    @Test func whenTheTargetGoesTheClientIsClosed() async throws {
        try await ForwarderFixture.with { forwarder in
            let target = try await TestTarget(.echo("t"), address: ForwarderFixture.freshAddress())
            try await forwarder.control.set(forwarder.route([target]))
            let client = try forwarder.client()
            #expect(try await client.line() == "t")
            await target.stop()
            #expect(try await client.line() == nil)
            // The client holds on to its end; the forwarder does not.
            try await eventually { try await forwarder.status().connections == 0 }
        }
    }

    /// Even a target that reads nothing, and so would not see an orderly end, keeps no connection to a client that is gone.
    @Test func whenTheClientGoesTheTargetIsClosed() async throws {
        try await ForwarderFixture.with { forwarder in
            let target = try await TestTarget(.deaf, address: ForwarderFixture.freshAddress())
            try await forwarder.control.set(forwarder.route([target]))
            let client = try forwarder.client()
            try await eventually { try await forwarder.status().served == 1 }
            await client.reset()
            try await eventually { try await forwarder.status().connections == 0 }
        }
    }

    @Test func everyByteArrivesBeforeTheEnd() async throws {
        try await ForwarderFixture.with { forwarder in
            let total = 5_000_000
            // Input that nobody wants must not turn the end into a reset.
            let target = try await TestTarget(.flood(total), address: ForwarderFixture.freshAddress())
            try await forwarder.control.set(forwarder.route([target]))
            for unread in ["", String(repeating: "never read", count: 20_000)] {
                let client = try forwarder.client()
                try await client.send(unread)
                let received = try await client.rest()
                #expect(received.count == total)
                #expect(stride(from: 0, to: received.count, by: 101).allSatisfy { received[$0] == pattern($0) })
            }
        }
    }

    @Test func aSlowReaderStopsItsTarget() async throws {
        try await ForwarderFixture.with { forwarder in
            let total = 60_000_000
            let target = try await TestTarget(.flood(total), address: ForwarderFixture.freshAddress())
            try await forwarder.control.set(forwarder.route([target]))
            let client = try forwarder.client(receiveBuffer: 65_536)
            var last = -1
            var still = 0
            try await eventually {
                try await Task.sleep(for: .milliseconds(30))
                still = target.sent.value == last ? still + 1 : 0
                last = target.sent.value
                return last > 0 && still >= 8
            }
            #expect(last < 40_000_000, "no more than what kernels hold in their buffers, twice")
            let received = try await client.rest()
            #expect(received.count == total)
            #expect(stride(from: 0, to: received.count, by: 997).allSatisfy { received[$0] == pattern($0) })
        }
    }

    @Test func aSlowTargetStopsItsClient() async throws {
        try await ForwarderFixture.with { forwarder in
            let target = try await TestTarget(.deaf, address: ForwarderFixture.freshAddress())
            try await forwarder.control.set(forwarder.route([target]))
            #expect(try await forwarder.client().sendUntilStuck(limit: 150_000_000) < 40_000_000)
        }
    }

    @Test func tooManyClientsAreTurnedAway() async throws {
        let target = try await TestTarget(.echo("t"), address: ForwarderFixture.freshAddress())
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let table = RouteTable(
            group: group, capacity: Capacity(limit: 2), connectTimeout: .seconds(1), firstBytePatience: .seconds(10),
            logger: .init(label: "test"))
        let address = ForwarderFixture.freshAddress()
        let route = ForwardRoute(name: "r", address: address, port: 21_000, targets: [target.target])
        try await table.set(route, closingRemoved: false)
        let first = try TestClient(address, 21_000)
        let second = try TestClient(address, 21_000)
        #expect(try await first.line() == "t")
        #expect(try await second.line() == "t")
        #expect(try await TestClient(address, 21_000).line() == nil)
        await first.close()
        try await eventually { try await TestClient(address, 21_000).line() == "t" }
        try await second.send("still here\n")
        #expect(try await second.line() == "still here")
        try await group.shutdownGracefully()
    }
}

/// Listens and never accepts; its backlog is full.
final class HungListener {
    let port: Int
    private let descriptor: Int32
    private var fillers: [Int32] = []

    init(_ address: String) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        inet_pton(AF_INET, address, &name.sin_addr)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = descriptor
        let bound = withUnsafeMutablePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
                bind(listener, name, size) == 0 && listen(listener, 0) == 0 && getsockname(listener, name, &size) == 0
            }
        }
        guard bound else { throw TestClient.Failure.system("bind", errno) }
        port = Int(UInt16(bigEndian: name.sin_port))
        for _ in 0..<4 {
            let filler = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
            fillers.append(filler)
            withUnsafePointer(to: &name) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = connect(filler, $0, size) }
            }
        }
    }

    deinit { for socket in fillers + [descriptor] { close(socket) } }
}
