import NIOCore
import Testing

@testable import Forwarder

/// Routes that tell of the nodes of a Memcached cluster, through a running forwarder.
@Suite struct MemcachedFrontTests {
    private func route(_ forwarder: ForwarderFixture, _ targets: [TestTarget], version: Int = 1) -> ForwardRoute {
        var route = forwarder.route(targets)
        route.discovery = ForwardRoute.Discovery(
            version: version, text: "\(version)\nweb.0001|127.0.0.8|11211 web.0002|127.0.0.9|11211\n", item: "AmazonElastiCache:cluster",
            engineVersion: "1.6.18")
        return route
    }

    @Test func aClientThatOnlyAsksNeedsNoNode() async throws {
        try await ForwarderFixture.with { forwarder in
            try await forwarder.control.set(route(forwarder, []))
            let client = try forwarder.client()
            try await client.send("config get cluster\r\nversion\r\n")
            let payload = "1\nweb.0001|127.0.0.8|11211 web.0002|127.0.0.9|11211\n"
            for line in [
                "CONFIG cluster 0 \(payload.utf8.count)\r", "1", "web.0001|127.0.0.8|11211 web.0002|127.0.0.9|11211", "\r", "END\r",
                "VERSION 1.6.18\r",
            ] {
                #expect(try await client.line() == line)
            }
            // A connection that stands is told of the nodes of now.
            try await forwarder.control.set(route(forwarder, [], version: 2))
            try await client.send("get AmazonElastiCache:cluster\r\n")
            #expect(try await client.line() == "VALUE AmazonElastiCache:cluster 0 \(payload.utf8.count)\r")
            #expect(try await client.line() == "2")
            for _ in 0..<3 { _ = try await client.line() }
            try await client.send("quit\r\n")
            #expect(try await client.line() == nil)
        }
    }

    @Test func theEndOfTheRouteEndsThoseWhoOnlyAsk() async throws {
        try await ForwarderFixture.with { forwarder in
            try await forwarder.control.set(route(forwarder, []))
            let client = try forwarder.client()
            try await client.send("version\r\n")
            #expect(try await client.line() == "VERSION 1.6.18\r")
            try await forwarder.control.remove("r")
            #expect(try await client.line() == nil)
        }
    }

    @Test func otherCommandsGoToANodeAndAnswersKeepTheirOrder() async throws {
        try await ForwarderFixture.with { forwarder in
            // It gives back each line, as if that were the answer: `version` is no answer to itself, so that what comes after is passed.
            let target = try await TestTarget(.echo("STORED\r"), address: ForwarderFixture.freshAddress())
            try await forwarder.control.set(route(forwarder, [target]))
            let client = try forwarder.client()
            try await client.send("get k\r\n")
            #expect(try await client.line() == "STORED\r")
            #expect(try await client.line() == "get k\r")
            try await client.send("config get cluster\r\nVERSION 1\r\nget k\r\n")
            // The question about the nodes was asked as `version`; the first answer to one takes its place.
            #expect(try await client.line() == "version\r")
            #expect(try await client.line()?.hasPrefix("CONFIG cluster 0 ") == true)
            for _ in 0..<3 { _ = try await client.line() }
            #expect(try await client.line() == "END\r")
            #expect(try await client.line() == "get k\r")
            #expect(try await forwarder.status().connections == 1)
            await client.close()
            try await eventually { target.active == 0 }
            try await eventually { try await forwarder.status().connections == 0 }
        }
    }

    @Test func withoutANodeOtherCommandsAreRefused() async throws {
        try await ForwarderFixture.with { forwarder in
            try await forwarder.control.set(route(forwarder, []))
            let client = try forwarder.client()
            try await client.send("get k\r\n")
            #expect(try await client.line() == nil)
            #expect(try await forwarder.status().refused == 1)
        }
    }
}
