import Foundation
import Testing

@testable import Forwarder

@Suite struct ControlProtocolTests {
    @Test func aBadLineIsAnsweredAndTheNextIsRead() async throws {
        try await ForwarderFixture.with { forwarder in
            let client = try TestClient(unixPath: forwarder.socketPath)
            let bad = [
                "", "nonsense", "{", "[]", "null", "{}", #"{"list":false}"#, #"{"list":true,"remove":"x"}"#, #"{"set":{}}"#,
                #"{"set":{"name":"r","address":"127.79.0.1","port":"six","targets":[],"fallbacks":[]}}"#, "\u{0}", #"{"remove":7}"#,
            ]
            for line in bad {
                try await client.send(line + "\n")
                let reply = try #require(try await client.line())
                #expect(reply.contains(#""ok":false"#) && reply.contains(#""error":"#), "\(line) -> \(reply)")
            }
            try await client.send(#"{"list":true}"# + "\n")
            #expect(try await client.line() == #"{"ok":true,"routes":[]}"#)
        }
    }

    @Test func speaksTheDocumentedLines() async throws {
        try await ForwarderFixture.with { forwarder in
            let client = try TestClient(unixPath: forwarder.socketPath)
            let route = #"{"address":"\#(forwarder.address)","fallbacks":[],"name":"r","port":\#(forwarder.port),"targets":[]}"#
            // Several at once are answered in order; the last line has no end and is no command.
            try await client.send("{\"set\":\(route),\"close\":true}\n{\"list\":true}\n{\"remove\":\"r\"}\n{\"list\":true}\n{\"list\":tr")
            await client.endOutput()
            #expect(try await client.line() == #"{"ok":true}"#)
            #expect(
                try await client.line()
                    == #"{"ok":true,"routes":[{"loads":[],"refused":0,"route":\#(route),"served":0,"state":"listening"}]}"#
            )
            #expect(try await client.line() == #"{"ok":true}"#)
            #expect(try await client.line() == #"{"ok":true,"routes":[]}"#)
            #expect(try await client.line() == nil)
        }
    }

    @Test func aLineInPiecesIsOneLine() async throws {
        try await ForwarderFixture.with { forwarder in
            let client = try TestClient(unixPath: forwarder.socketPath)
            for piece in ["{\"li", "st\":t", "rue}", "\n"] {
                try await client.send(piece)
                _ = try await forwarder.control.list()
            }
            #expect(try await client.line() == #"{"ok":true,"routes":[]}"#)
        }
    }

    @Test func anEndlessLineIsRefused() async throws {
        try await ForwarderFixture.with { forwarder in
            let client = try TestClient(unixPath: forwarder.socketPath)
            // It may be cut off while it is still sending.
            try? await client.send(String(repeating: " ", count: ControlLine.limit + 2))
            let reply = try await client.line()
            #expect(reply == nil || reply?.contains("too long") == true)
            #expect(try await forwarder.control.list().isEmpty)
        }
    }

    @Test func aThousandRoutesFitInAnAnswer() async throws {
        try await ForwarderFixture.with { forwarder in
            let targets = (1...5).map { ForwardRoute.Target(address: "127.79.255.\($0)", port: 6_379) }
            for index in 0..<1_000 {
                let route = ForwardRoute(
                    name: "group-\(index)-reader", address: forwarder.address, port: 30_000 + index, targets: targets,
                    fallbacks: [targets[0]]
                )
                try await forwarder.control.set(route)
            }
            #expect(try await forwarder.control.list().count == 1_000)
        }
    }

    @Test func replacesTheSocketOfADeadForwarder() async throws {
        let path = ForwarderFixture.freshSocketPath()
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var name = TestClient.unixName(path)
        let bound = withUnsafePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
        #expect(bound == 0)
        close(descriptor)
        #expect(FileManager.default.fileExists(atPath: path))
        try await ForwarderFixture.running(path) {
            #expect(try await ForwarderControl(path: path).list().isEmpty)
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
        }
    }

    @Test func leavesALiveOneAlone() async throws {
        try await ForwarderFixture.with { (forwarder: ForwarderFixture) async throws in
            await #expect(throws: ForwarderError.alreadyRunning(path: forwarder.socketPath)) {
                try await ForwarderFixture.running(forwarder.socketPath) {}
            }
            #expect(try await forwarder.control.list().isEmpty)
        }
    }

    @Test(arguments: [0o644, 0o000])
    func putsAFileAsideThatIsNoSocket(mode: Int) async throws {
        let path = ForwarderFixture.freshSocketPath()
        let manager = FileManager.default
        defer { for suffix in ["", ".aside-1", ".aside-2"] { try? manager.removeItem(atPath: path + suffix) } }
        try Data("older".utf8).write(to: URL(fileURLWithPath: path + ".aside-1"))
        try Data("precious".utf8).write(to: URL(fileURLWithPath: path))
        try manager.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        try await ForwarderFixture.running(path) {
            let routes = try await ForwarderControl(path: path).list()
            #expect(routes.isEmpty)
        }
        #expect(try String(contentsOfFile: path + ".aside-1", encoding: .utf8) == "older")
        chmod(path + ".aside-2", 0o644)
        #expect(try String(contentsOfFile: path + ".aside-2", encoding: .utf8) == "precious")
    }

    @Test func putsADirectoryAside() async throws {
        let path = ForwarderFixture.freshSocketPath()
        let manager = FileManager.default
        defer { for suffix in ["", ".aside-1"] { try? manager.removeItem(atPath: path + suffix) } }
        try manager.createDirectory(atPath: path + "/precious", withIntermediateDirectories: true)
        try await ForwarderFixture.running(path) {
            let routes = try await ForwarderControl(path: path).list()
            #expect(routes.isEmpty)
        }
        #expect(manager.fileExists(atPath: path + ".aside-1/precious"))
    }

    @Test func putsALinkToNowhereAside() async throws {
        let path = ForwarderFixture.freshSocketPath()
        let manager = FileManager.default
        defer { for suffix in ["", ".aside-1"] { try? manager.removeItem(atPath: path + suffix) } }
        try manager.createSymbolicLink(atPath: path, withDestinationPath: "/nonexistent/there")
        try await ForwarderFixture.running(path) {
            let routes = try await ForwarderControl(path: path).list()
            #expect(routes.isEmpty)
        }
        #expect(try manager.destinationOfSymbolicLink(atPath: path + ".aside-1") == "/nonexistent/there")
    }

    @Test func aPathThatIsTooLongIsSaidSo() async throws {
        let path = "/tmp/" + String(repeating: "x", count: 103)
        let expected = ForwarderError.socketPathTooLong(path: path, limit: 107)
        await #expect(throws: expected) { try await ForwarderFixture.running(path) {} }
        await #expect(throws: expected) { try await ForwarderControl(path: path).list() }
    }

    @Test func nobodyThereIsNotTheSameAsNoAnswer() async throws {
        let path = ForwarderFixture.freshSocketPath()
        let control = ForwarderControl(path: path, timeout: .milliseconds(200))
        await #expect { try await control.list() } throws: { error in
            if case ForwarderError.unreachable = error { true } else { false }
        }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var name = TestClient.unixName(path)
        let listening = withUnsafePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0 && listen(descriptor, 8) == 0
            }
        }
        #expect(listening)
        defer {
            close(descriptor)
            unlink(path)
        }
        let elapsed = await ContinuousClock().measure {
            await #expect { try await control.remove("r") } throws: { error in
                if case ForwarderError.unknownOutcome = error { true } else { false }
            }
        }
        #expect(elapsed >= .milliseconds(200))
    }
}
