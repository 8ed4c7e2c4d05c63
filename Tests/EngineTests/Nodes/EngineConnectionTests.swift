import Testing

@testable import Engine

@Suite struct EngineConnectionTests {
    static let path = InstalledEngines.paths.first

    private func withNode(_ body: (EngineFixture, EngineConnection) async throws -> Void) async throws {
        let path = try #require(Self.path, "no engine is installed")
        try await EngineFixture.with(try await InstalledEngines.build(path)) { fixture in
            try fixture.start(fixture.configuration(1))
            let connection = try await fixture.connect(1)
            try await body(fixture, connection)
            await connection.close()
        }
    }

    @Test func repliesMatchCommandsInOrder() async throws {
        try await withNode { _, connection in
            let batch = (0..<200).map { ["ECHO", "\($0)"] }
            let replies = await connection.send(batch: batch)
            #expect(replies == (0..<200).map { .success(.bulk("\($0)")) })
            await withTaskGroup(of: Bool.self) { group in
                for number in 0..<200 {
                    group.addTask { (try? await connection.send(["ECHO", "\(number)"])) == .bulk("\(number)") }
                }
                for await matched in group { #expect(matched) }
            }
        }
    }

    @Test func anErrorReplyIsThrownAndTheConnectionStays() async throws {
        try await withNode { _, connection in
            await #expect(throws: EngineError.reply(code: "ERR", message: "value is not an integer or out of range")) {
                _ = try await connection.send(["SET", "k", "x"])
                _ = try await connection.send(["INCR", "k"])
            }
            let replies = await connection.send(batch: [["INCR", "k"], ["GET", "k"]])
            #expect(replies.last == .success(.bulk("x")))
            #expect(connection.isOpen)
        }
    }

    @Test func aLateReplyEndsTheConnection() async throws {
        try await withNode { _, connection in
            async let late = connection.send(batch: [["ECHO", "in time"], ["BLPOP", "nothing", "0"]], within: .milliseconds(30))
            async let other = connection.send(batch: [["ECHO", "behind it"]], within: .seconds(5))
            let (first, second) = await (late, other)
            // Whichever of the two was written first: the late one never gets the other's reply.
            #expect(first[1] == .failure(.timeout))
            #expect(first[0] == .success(.bulk("in time")))
            let isAnswered = second == [.success(.bulk("behind it"))]
            let isLost = second == [.failure(.lost("another command had no answer in time"))]
            #expect(isAnswered || isLost)
            try await eventually { !connection.isOpen }
            await #expect(throws: EngineError.unreachable("the connection is closed")) { try await connection.ping() }
        }
    }

    @Test func anEngineThatDies() async throws {
        try await withNode { _, connection in
            try await connection.shutdown(saving: false, within: .seconds(5))
            #expect(!connection.isOpen)
            await #expect(throws: EngineError.self) { try await connection.ping() }
        }
    }

    @Test func refusals() async throws {
        await #expect(throws: EngineError.self) {
            _ = try await EngineConnection.connect(host: "127.77.255.1", port: 1)
        }
        await #expect(throws: EngineError.unreachable("localhost:6379 is not an address")) {
            _ = try await EngineConnection.connect(host: "localhost", port: 6379)
        }
        try await withNode { fixture, _ in
            do throws(EngineError) {
                _ = try await EngineConnection.connect(
                    host: fixture.address(1), port: fixture.port, username: "administrator", password: "wrong")
                Issue.record("a wrong password was taken")
            } catch {
                guard case .reply(code: "WRONGPASS", _) = error else { throw error }
            }
        }
    }

    @Test func oneConnectionForAll() async throws {
        try await withNode { fixture, administrator in
            let connections = EngineConnections()
            let address = EngineAddress(host: fixture.address(1), port: fixture.port)
            let before = try await administrator.info().connectedClients
            let all = try await withThrowingTaskGroup(of: EngineConnection.self) { group in
                for _ in 0..<50 {
                    group.addTask { try await connections.connection(to: address, as: EngineFixture.administrator) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(all.allSatisfy { $0 === all[0] })
            #expect(try await administrator.info().connectedClients == before + 1)
            await all[0].close()
            let next = try await connections.connection(to: address, as: EngineFixture.administrator)
            #expect(next !== all[0])
            #expect(next.isOpen)
            await connections.drop(address)
            try await eventually { !next.isOpen }
            await #expect(throws: EngineError.self) {
                _ = try await connections.connection(
                    to: EngineAddress(host: fixture.address(2), port: fixture.port), as: EngineFixture.administrator)
            }
        }
    }

    @Test func secretsAreNotPrinted() {
        let credentials = EngineCredentials(username: "administrator", password: "hunter2")
        #expect("\(credentials) \(String(reflecting: credentials))" == "administrator administrator")
        #expect(!"\(dumped(credentials))".contains("hunter2"))
    }

    private func dumped(_ credentials: EngineCredentials) -> String { String(describing: [credentials]) }
}
