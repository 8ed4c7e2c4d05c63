import Foundation
import Testing

@testable import Engine

/// Real nodes in a directory that is removed afterwards, at addresses that no other test uses.
final class EngineFixture {
    static let administrator = EngineCredentials(username: "administrator", password: "adm")
    static let replication = EngineCredentials(username: "replication", password: "rep")
    // SHA-256 of the passwords above.
    static let access = AccessControl(
        administrator: .init(
            name: "administrator", passwordSHA256: "86f65e28a754e1a71b2df9403615a6c436c32c42a75a10d02813961b86f1e428"),
        replication: .init(
            name: "replication", passwordSHA256: "ca27e538f3b183aad14e8076310781edf50ef2b2e2cf546dbe8751ed6bf4daad"))

    let build: EngineBuild
    let directory: URL
    let port = Int.random(in: 20000...50000)
    private let network = Int.random(in: 1...250)
    private var processes: [String: Process] = [:]

    private init(_ build: EngineBuild) throws {
        self.build = build
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("elastane-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    static func with(_ build: EngineBuild, _ body: (EngineFixture) async throws -> Void) async throws {
        let fixture = try EngineFixture(build)
        do {
            try await body(fixture)
        } catch {
            fixture.end()
            throw error
        }
        fixture.end()
    }

    private func end() {
        for process in processes.values { end(process) }
        try? FileManager.default.removeItem(at: directory)
    }

    private func end(_ process: Process) {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Ends a node with SIGKILL and waits until it is gone.
    func crash(_ number: Int) {
        if let process = processes.removeValue(forKey: address(number)) { end(process) }
    }

    func address(_ number: Int) -> String { "127.77.\(network).\(number)" }

    func configuration(_ number: Int) -> NodeConfiguration {
        var node = NodeConfiguration(address: address(number), port: port, replication: Self.replication)
        node.frequency = 100
        return node
    }

    /// Starts a node from the files that the product writes.
    func start(_ node: NodeConfiguration, files: [String: String] = [:]) throws {
        let home = directory.appendingPathComponent(node.address)
        try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
        let texts = files.merging([
            NodeConfiguration.FileName.configuration: node.text(for: build).text,
            NodeConfiguration.FileName.accessControl: Self.access.text(for: build),
        ]) { one, _ in one }
        for (name, text) in texts {
            try Data(text.utf8).write(to: home.appendingPathComponent(name))
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: build.path)
        process.arguments = [NodeConfiguration.FileName.configuration]
        process.currentDirectoryURL = home
        process.standardInput = FileHandle.nullDevice
        let output = home.appendingPathComponent("output")
        _ = FileManager.default.createFile(atPath: output.path, contents: nil)
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = process.standardOutput
        try process.run()
        processes[node.address] = process
    }

    func log(_ number: Int) -> String {
        let home = directory.appendingPathComponent(address(number))
        return ["output", NodeConfiguration.FileName.log].map {
            (try? String(contentsOf: home.appendingPathComponent($0), encoding: .utf8)) ?? ""
        }.joined(separator: "\n")
    }

    /// Connects as soon as the node listens.
    func connect(_ number: Int, as user: EngineCredentials? = administrator) async throws -> EngineConnection {
        do {
            return try await eventually {
                try? await EngineConnection.connect(
                    host: self.address(number), port: self.port, username: user?.username, password: user?.password)
            }
        } catch {
            Issue.record("node \(number) of \(build) never listened:\n\(log(number).suffix(2000))")
            throw error
        }
    }
}

struct NeverHappened: Error {}

/// Tries until there is a value, every millisecond, for at most so long.
func eventually<Value>(within limit: Duration = .seconds(10), _ body: () async throws -> Value?) async throws -> Value {
    let deadline = ContinuousClock.now + limit
    repeat {
        if let value = try await body() { return value }
        try await Task.sleep(for: .milliseconds(1))
    } while ContinuousClock.now < deadline
    throw NeverHappened()
}

func eventually(within limit: Duration = .seconds(10), _ body: () async throws -> Bool) async throws {
    _ = try await eventually(within: limit) { try await body() ? true : nil }
}

extension Duration {
    var inMilliseconds: String { "\(self.milliseconds) ms" }
}
