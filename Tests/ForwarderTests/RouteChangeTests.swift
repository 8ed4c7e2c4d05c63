import Testing

@testable import Forwarder

/// Routes that change while clients are connected.
@Suite struct RouteChangeTests {
    @Test func newTargetsAreForNewConnections() async throws {
        try await ForwarderFixture.with { forwarder in
            let old = try await TestTarget(.echo("old"), address: ForwarderFixture.freshAddress())
            let new = try await TestTarget(.echo("new"), address: ForwarderFixture.freshAddress())
            try await forwarder.control.set(forwarder.route([old]))
            let early = try forwarder.client()
            #expect(try await early.line() == "old")
            try await forwarder.control.set(forwarder.route([new]))
            #expect(try await forwarder.client().line() == "new")
            try await early.send("still\n")
            #expect(try await early.line() == "still")
            let loads = try await forwarder.status().loads
            #expect(loads.first { $0.target == old.target }?.connections == 1)
        }
    }

    @Test func connectionsToARemovedTargetAreClosedOnDemand() async throws {
        try await ForwarderFixture.with { forwarder in
            let old = try await TestTarget(.echo("old"), address: ForwarderFixture.freshAddress())
            let kept = try await TestTarget(.echo("kept"), address: ForwarderFixture.freshAddress())
            let new = try await TestTarget(.echo("new"), address: ForwarderFixture.freshAddress())
            try await forwarder.control.set(forwarder.route([old, kept]))
            let clients = try (0..<4).map { _ in try forwarder.client() }
            var names: [String?] = []
            for client in clients { names.append(try await client.line()) }
            // Still named, if only as a fallback, is not removed.
            try await forwarder.control.set(forwarder.route([new], fallbacks: [kept]), closingRemoved: true)
            for (client, name) in zip(clients, names) {
                if name == "old" {
                    #expect(try await client.line() == nil)
                } else {
                    try await client.send("here\n")
                    #expect(try await client.line() == "here")
                }
            }
            #expect(names.count { $0 == "old" } == 2)
            #expect(try await forwarder.client().line() == "new")
            try await eventually { old.active == 0 }
        }
    }

    @Test func setIsIdempotent() async throws {
        try await ForwarderFixture.with { forwarder in
            let target = try await TestTarget(.echo("t"), address: ForwarderFixture.freshAddress())
            let route = forwarder.route([target])
            try await forwarder.control.set(route, closingRemoved: true)
            let client = try forwarder.client()
            #expect(try await client.line() == "t")
            try await withThrowingDiscardingTaskGroup { group in
                for _ in 0..<20 { group.addTask { try await forwarder.control.set(route, closingRemoved: true) } }
            }
            try await client.send("x\n")
            #expect(try await client.line() == "x")
            #expect(try await forwarder.control.list().map(\.route) == [route])
        }
    }

    @Test func manyCallersMayMakeTheSameRouteAtOnce() async throws {
        try await ForwarderFixture.with { forwarder in
            let route = forwarder.route([])
            try await withThrowingDiscardingTaskGroup { group in
                for _ in 0..<20 { group.addTask { try await forwarder.control.set(route) } }
            }
            #expect(try await forwarder.control.list().map(\.route) == [route])
        }
    }

    @Test func aRouteThatMovesLeavesItsAddress() async throws {
        try await ForwarderFixture.with { forwarder in
            let target = try await TestTarget(.echo("t"), address: ForwarderFixture.freshAddress())
            var route = forwarder.route([target])
            try await forwarder.control.set(route)
            let client = try forwarder.client()
            #expect(try await client.line() == "t")
            route.address = ForwarderFixture.freshAddress()
            try await forwarder.control.set(route)
            #expect(try await client.line() == nil)
            #expect(throws: TestClient.Failure.self) { try forwarder.client() }
            #expect(try await TestClient(route.address, route.port).line() == "t")
            #expect(try await forwarder.control.list().map(\.route) == [route])
        }
    }

    @Test func aRemovedRouteIsGoneWithItsClients() async throws {
        try await ForwarderFixture.with { forwarder in
            let target = try await TestTarget(.echo("t"), address: ForwarderFixture.freshAddress())
            let route = forwarder.route([target])
            try await forwarder.control.set(route)
            let client = try forwarder.client()
            #expect(try await client.line() == "t")
            try await forwarder.control.remove("r")
            #expect(try await client.line() == nil)
            #expect(throws: TestClient.Failure.self) { try forwarder.client() }
            #expect(try await forwarder.control.list().isEmpty)
            try await forwarder.control.remove("r")
            try await forwarder.control.set(route)
            #expect(try await forwarder.client().line() == "t")
        }
    }

    @Test func aTakenAddressIsAnAnswerAndChangesNothing() async throws {
        try await ForwarderFixture.with { forwarder in
            let target = try await TestTarget(.echo("t"), address: ForwarderFixture.freshAddress())
            try await forwarder.control.set(forwarder.route([target]))
            await expectRefusal("in use") { try await forwarder.control.set(forwarder.route([], name: "other")) }
            var moved = forwarder.route([target])
            (moved.address, moved.port) = (target.address, target.port)
            await expectRefusal("in use") { try await forwarder.control.set(moved) }
            #expect(try await forwarder.client().line() == "t")
            #expect(try await forwarder.control.list().map(\.route) == [forwarder.route([target])])
        }
    }

    @Test(arguments: [
        (ForwardRoute(name: "", address: "127.79.0.1", port: 1, targets: []), "no name"),
        (ForwardRoute(name: "r", address: "localhost", port: 1, targets: []), "no IP address"),
        (ForwardRoute(name: "r", address: "127.79.0.1", port: 0, targets: []), "no TCP port"),
        (ForwardRoute(name: "r", address: "127.79.0.1", port: 65_536, targets: []), "no TCP port"),
        (ForwardRoute(name: "r", address: "192.0.2.1", port: 2_000, targets: []), "can't listen"),
        (ForwardRoute(name: "r", address: "127.79.0.1", port: 1, targets: [.init(address: "x", port: 1)]), "no IP address"),
        (ForwardRoute(name: "r", address: "127.79.0.1", port: 1, targets: [], fallbacks: [.init(address: "::1", port: -1)]), "no TCP port"),
    ])
    func refusesARouteThatMakesNoSense(_ route: ForwardRoute, _ reason: String) async throws {
        try await ForwarderFixture.with { (forwarder: ForwarderFixture) async throws in
            await expectRefusal(reason) { try await forwarder.control.set(route) }
            #expect(try await forwarder.control.list().isEmpty)
        }
    }
}

private func expectRefusal(_ text: String, _ body: () async throws -> Void) async {
    await #expect { try await body() } throws: { error in
        guard case ForwarderError.refused(let reason) = error else { return false }
        return reason.contains(text)
    }
}
