import Foundation
import Testing

@testable import Engine

/// Against a real engine, where there is one.
@Suite struct MemcachedConnectionTests {
    static let path: String? = {
        let path = BuildSearch(environment: ProcessInfo.processInfo.environment).findings().memcached.first?.path
        if path == nil { FileHandle.standardError.write(Data("SKIPPED: memcached is not installed\n".utf8)) }
        return path
    }()

    private func withNode(_ port: Int, _ body: (EngineAddress, Process) async throws -> Void) async throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(Self.path))
        let address = EngineAddress(host: "127.0.0.77", port: port)
        let build = try await MemcachedProbe(path: try #require(Self.path)).build()
        process.arguments = MemcachedOptions(addresses: [address.host], port: port, parameters: [:], connectionLimit: 100).arguments(
            for: build)
        try process.run()
        defer {
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        let deadline = ContinuousClock.now + .seconds(10)
        while true {
            if let connection = try? await MemcachedConnection.connect(to: address, deadline: .seconds(1)) {
                await connection.close()
                break
            }
            try #require(ContinuousClock.now < deadline, "memcached does not listen")
            try await Task.sleep(for: .milliseconds(5))
        }
        try await body(address, process)
    }

    @Test(.enabled(if: MemcachedConnectionTests.path != nil)) func itSaysWhoItIs() async throws {
        try await withNode(22_701) { address, process in
            let connection = try await MemcachedConnection.connect(to: address)
            #expect(try await connection.version().hasPrefix("1."))
            #expect(try await connection.statistics()["pid"] == "\(process.processIdentifier)")
            // Many at once: each gets its own answer.
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<50 {
                    group.addTask {
                        number % 2 == 0
                            ? try await connection.version().hasPrefix("1.")
                            : try await connection.statistics()["pid"] == "\(process.processIdentifier)"
                    }
                }
                for try await isRight in group { #expect(isRight) }
            }
            await connection.close()
            await #expect(throws: EngineError.self) { try await connection.version() }
        }
    }

    @Test(.enabled(if: MemcachedConnectionTests.path != nil)) func itHoldsWhatItIsGiven() async throws {
        try await withNode(22_703) { address, process in
            let connection = try await MemcachedConnection.connect(to: address)
            #expect(try await connection.item("k") == nil)
            for text in ["", "END", "1\nEND\r\nVALUE k 0 9\r\n", String(repeating: "x", count: 1 << 16)] {
                try await connection.store(text, as: "k")
                #expect(try await connection.item("k") == text)
            }
            // One that is far longer than was meant is passed over, and what comes after it is heard.
            try await connection.store(String(repeating: "x", count: 900_000), as: "k")
            #expect(try await connection.item("k") == nil)
            #expect(try await connection.version().hasPrefix("1."))
            let connections = MemcachedConnections()
            let item = MemcachedConnections.Item(key: "k", text: "told")
            for _ in 0..<2 {
                #expect(try await connections.whoAnswers(at: address, keeping: item, within: .seconds(2)) == process.processIdentifier)
            }
            #expect(try await connection.item("k") == "told")
            await connection.close()
        }
    }

    @Test(.enabled(if: MemcachedConnectionTests.path != nil)) func whoHangsIsNotWaitedForForever() async throws {
        try await withNode(22_702) { address, process in
            let connections = MemcachedConnections()
            let before = try await connections.whoAnswers(at: address, within: .seconds(2))
            #expect(before == process.processIdentifier)
            kill(process.processIdentifier, SIGSTOP)
            await #expect(throws: EngineError.timeout) { try await connections.whoAnswers(at: address, within: .milliseconds(100)) }
            // And over a new connection, which the kernel still accepts.
            await #expect(throws: EngineError.timeout) { try await connections.whoAnswers(at: address, within: .milliseconds(100)) }
            kill(process.processIdentifier, SIGCONT)
            let afterwards = try await connections.whoAnswers(at: address, within: .seconds(2))
            #expect(afterwards == process.processIdentifier)
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            await #expect(throws: EngineError.self) { try await connections.whoAnswers(at: address, within: .seconds(2)) }
        }
    }
}
