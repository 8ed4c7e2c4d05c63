import Testing

@testable import Forwarder

/// Addresses that change hands between a node and the forwarder.
@Suite struct AddressTakingTests {
    private static func route(
        _ forwarder: ForwarderFixture, _ clear: TestTarget, _ encrypted: TestTarget, yielded: Bool = false
    ) -> ForwardRoute {
        var route = forwarder.route([clear])
        route.encryptedPort = encrypted.port
        route.knowsTargetsByAddress = true
        if yielded { route.isYielded = true }
        return route
    }

    private static func says(_ forwarder: ForwarderFixture, _ text: String) async throws -> String? {
        guard let client = try? forwarder.client() else { return nil }
        try? await client.send(text)
        return try? await client.line()
    }

    private static func targets() async throws -> (clear: TestTarget, encrypted: TestTarget) {
        let address = ForwarderFixture.freshAddress()
        return (
            try await TestTarget(.echo("clear"), address: address), try await TestTarget(.echo("encrypted"), address: address)
        )
    }

    @Test func anAddressIsTakenAsSoonAsItIsLeft() async throws {
        try await ForwarderFixture.with { forwarder in
            let (clear, encrypted) = try await Self.targets()
            let engine = try await TestTarget(.echo("engine"), address: forwarder.address, port: forwarder.port)
            let route = Self.route(forwarder, clear, encrypted)
            await #expect(throws: ForwarderError.self) { try await forwarder.control.set(route) }
            #expect(try await forwarder.control.list().isEmpty)
            #expect(try await forwarder.client().line() == "engine")
            await engine.stop()
            try await eventually { try await forwarder.control.list().first?.state == .listening }
            #expect(try await Self.says(forwarder, "x\n") == "clear")
        }
    }

    @Test func oneThatIsRemovedIsNotTaken() async throws {
        try await ForwarderFixture.with { forwarder in
            let (clear, encrypted) = try await Self.targets()
            let engine = try await TestTarget(.echo("engine"), address: forwarder.address, port: forwarder.port)
            await #expect(throws: ForwarderError.self) { try await forwarder.control.set(Self.route(forwarder, clear, encrypted)) }
            try await forwarder.control.remove("r")
            await engine.stop()
            let heir = try await TestTarget(.echo("heir"), address: forwarder.address, port: forwarder.port)
            #expect(try await forwarder.client().line() == "heir")
            #expect(heir.active == 1)
        }
    }

    @Test func connectionsGoOnWhenTheAddressIsLeft() async throws {
        try await ForwarderFixture.with { forwarder in
            let (clear, encrypted) = try await Self.targets()
            try await forwarder.control.set(Self.route(forwarder, clear, encrypted))
            let client = try forwarder.client()
            try await client.send([0x16, 0x0A])
            #expect(try await client.line() == "encrypted")
            _ = try await client.line()
            try await forwarder.control.set(Self.route(forwarder, clear, encrypted, yielded: true))
            let engine = try await TestTarget(.echo("engine"), address: forwarder.address, port: forwarder.port)
            #expect(try await forwarder.client().line() == "engine")
            try await client.send("still\n")
            #expect(try await client.line() == "still")
            let status = try await forwarder.status()
            #expect(status.state == .yielded && status.connections == 1)
            await client.close()
            try await eventually { try await forwarder.status().connections == 0 }
            #expect(engine.port == forwarder.port)
        }
    }

    @Test func anAddressThatNobodyTakesIsAnsweredAgain() async throws {
        try await ForwarderFixture.with { forwarder in
            let (clear, encrypted) = try await Self.targets()
            try await forwarder.control.set(Self.route(forwarder, clear, encrypted))
            try await forwarder.control.set(Self.route(forwarder, clear, encrypted, yielded: true))
            #expect(try await forwarder.status().state == .yielded)
            try await eventually { try await forwarder.status().state == .listening }
            #expect(try await Self.says(forwarder, "x\n") == "clear")
            // And left again when that is asked for again.
            try await forwarder.control.set(Self.route(forwarder, clear, encrypted, yielded: true))
            #expect(try await forwarder.status().state == .yielded)
        }
    }

    @Test func aForwarderThatNeverHadTheAddressLeavesItToo() async throws {
        try await ForwarderFixture.with { forwarder in
            let (clear, encrypted) = try await Self.targets()
            let engine = try await TestTarget(.echo("engine"), address: forwarder.address, port: forwarder.port)
            try await forwarder.control.set(Self.route(forwarder, clear, encrypted, yielded: true))
            let status = try await forwarder.status()
            #expect(status.state == .yielded && status.connections == 0 && engine.active == 0)
        }
    }

    /// A client that had come before, and spoke after: it is led to who has taken the address.
    @Test func whoCameBeforeIsNotForgotten() async throws {
        try await ForwarderFixture.with { forwarder in
            let (clear, encrypted) = try await Self.targets()
            try await forwarder.control.set(Self.route(forwarder, clear, encrypted))
            let client = try forwarder.client()
            await encrypted.stop()
            try await forwarder.control.set(Self.route(forwarder, clear, encrypted, yielded: true))
            let engine = try await TestTarget(.echo("engine"), address: forwarder.address, port: forwarder.port)
            try await client.send([0x16, 0x0A])
            #expect(try await client.line() == "engine")
            #expect(engine.port == forwarder.port)
        }
    }

    @Test func aTargetIsKnownByItsAddressWhereThatIsSo() async throws {
        try await ForwarderFixture.with { forwarder in
            let (clear, encrypted) = try await Self.targets()
            let opaque = forwarder.route([clear])
            try await forwarder.control.set(opaque)
            let client = try forwarder.client()
            #expect(try await client.line() == "clear")
            var other = forwarder.route([encrypted])
            other.knowsTargetsByAddress = true
            try await forwarder.control.set(other, closingRemoved: true)
            try await client.send("still\n")
            #expect(try await client.line() == "still")
            try await forwarder.control.set(forwarder.route([encrypted]), closingRemoved: true)
            #expect(try await client.line() == nil)
        }
    }
}
