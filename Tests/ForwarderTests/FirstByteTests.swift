import Foundation
import Testing

@testable import Forwarder

/// One port for clients that encrypt and for others.
@Suite struct FirstByteTests {
    private static let handshake: [UInt8] = [0x16, 0x03, 0x01, 0x02, 0x00, 0x01]
    private static let command = Array("*1\r\n$4\r\nPING\r\n".utf8)

    /// A node with both ports, and the way to it.
    private struct Node {
        let clear: TestTarget
        let encrypted: TestTarget

        init() async throws {
            let address = ForwarderFixture.freshAddress()
            clear = try await TestTarget(.echo("clear"), address: address)
            encrypted = try await TestTarget(.echo("encrypted"), address: address)
        }

        func route(_ forwarder: ForwarderFixture, yielded: Bool = false) -> ForwardRoute {
            var route = forwarder.route([clear])
            route.encryptedPort = encrypted.port
            route.knowsTargetsByAddress = true
            if yielded { route.isYielded = true }
            return route
        }
    }

    private static func with(
        firstBytePatience: Duration = FirstByte.patience, _ body: @escaping @Sendable (ForwarderFixture, Node) async throws -> Void
    ) async throws {
        try await ForwarderFixture.with(firstBytePatience: firstBytePatience) { forwarder in
            let node = try await Node()
            try await forwarder.control.set(node.route(forwarder))
            try await body(forwarder, node)
        }
    }

    @Test(arguments: [(handshake, "encrypted"), (command, "clear"), ([0x16], "encrypted"), ([0x00], "clear"), ([0x15], "clear")])
    func theFirstByteTells(bytes: [UInt8], expected: String) async throws {
        try await Self.with { forwarder, _ in
            let client = try forwarder.client()
            try await client.send(bytes + [0x0A])
            #expect(try await client.line() == expected)
            await client.endOutput()
            #expect(try await client.rest() == bytes + [0x0A] + Array("bye\n".utf8))
        }
    }

    /// Any first bytes, in any pieces: the first one tells, and all of them arrive once and in their order.
    @Test func anyBytesInAnyPieces() async throws {
        try await Self.with { forwarder, _ in
            let seed = UInt64(ProcessInfo.processInfo.environment["FORWARDER_SEED"] ?? "") ?? .random(in: 0...UInt64.max)
            var random = Seeded(state: seed)
            let rounds = Int(ProcessInfo.processInfo.environment["FORWARDER_ROUNDS"] ?? "") ?? 300
            for round in 0..<rounds {
                var bytes = (0..<Int.random(in: 1...64, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
                if Bool.random(using: &random) { bytes[0] = 0x16 }
                let client = try forwarder.client()
                var left = bytes[...]
                while !left.isEmpty {
                    let piece = left.prefix(Int.random(in: 1...left.count, using: &random))
                    try await client.send(Array(piece))
                    left = left.dropFirst(piece.count)
                    if Bool.random(using: &random) { await Task.yield() }
                }
                await client.endOutput()
                let name = bytes[0] == 0x16 ? "encrypted\n" : "clear\n"
                #expect(try await client.rest() == Array(name.utf8) + bytes + Array("bye\n".utf8), "round \(round) of seed \(seed)")
            }
        }
    }

    @Test func whoSaysNothingIsConnectedToNobodyAndThenInClearText() async throws {
        try await Self.with(firstBytePatience: .milliseconds(200)) { forwarder, node in
            let client = try forwarder.client()
            #expect(node.clear.active == 0)
            #expect(try await client.line() == "clear")
        }
    }

    @Test func whoOnlyLooksWhetherSomebodyListensTroublesNobody() async throws {
        try await Self.with { forwarder, node in
            let client = try forwarder.client()
            await client.endOutput()
            #expect(try await client.rest().isEmpty)
            #expect(node.clear.active == 0)
            #expect(try await forwarder.status().refused == 0)
        }
    }

    @Test func whoSaysNothingEndsWithTheRoute() async throws {
        try await Self.with { forwarder, _ in
            let client = try forwarder.client()
            try await eventually { try await forwarder.control.list().count == 1 }
            try await forwarder.control.remove("r")
            #expect(try await client.rest().isEmpty)
        }
    }

    @Test func onePortOfTheNodeIsClosed() async throws {
        try await Self.with { forwarder, node in
            await node.clear.stop()
            let clear = try forwarder.client()
            try await clear.send(Self.command)
            #expect(try await clear.rest().isEmpty)
            let encrypted = try forwarder.client()
            try await encrypted.send(Self.handshake)
            #expect(try await encrypted.line() == "encrypted")
        }
    }
}

/// The same numbers for the same seed.
private struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
