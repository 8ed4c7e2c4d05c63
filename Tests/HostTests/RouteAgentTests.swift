import CacheModel
import Forwarder
import Foundation
import Store
import Testing

@testable import Host

@Suite struct RouteAgentTests {
    /// Beside the tests, where the package was built as a whole.
    private static let elastane: String? = {
        guard let own = Machine.executablePath else { return nil }
        let path = URL(fileURLWithPath: own).deletingLastPathComponent().path + "/elastane"
        return access(path, X_OK) == 0 ? path : nil
    }()

    private func route(_ name: String, targets: [ProcessSpec.Listen] = []) -> RouteSpec {
        RouteSpec(name: name, listen: freeListen(), targets: targets, closesRemoved: false)
    }

    private func put(_ spec: RouteSpec, in fixture: Fixture) async throws {
        try await put(RouteSpec.key(spec.name), try JSONEncoder().encode(spec), in: fixture)
    }

    private func put(_ key: String, _ value: Data, in fixture: Fixture) async throws {
        try await fixture.store.commit(Transaction(writes: [.put(key: key, value: value)]))
    }

    /// A forwarder that runs as far as the records know.
    private func recordForwarder(in fixture: Fixture) async throws {
        try await fixture.put(.sleeping(RouteAgent.process))
        let identity = ProcessStatus.Identity(pid: 1, startTime: 1, bootID: "another boot")
        try await fixture.put(ProcessStatus(id: RouteAgent.process, incarnation: 1, phase: .running(identity)))
    }

    private func withRoutes(
        _ fixture: Fixture, executable: String = "/nonexistent/elastane", _ body: () async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            let agent = RouteAgent(store: fixture.store, executable: executable, logger: fixture.logger, dataDirectory: fixture.data)
            group.addTask { try await agent.run() }
            try await body()
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    private func withForwarder(_ fixture: Fixture, _ body: (ForwarderControl) async throws -> Void) async throws {
        let path = fixture.data.directory(of: RouteAgent.process) + "/" + RouteAgent.socketName
        mkdir(fixture.data.directory(of: RouteAgent.process), 0o700)
        try await withThrowingTaskGroup(of: Void.self) { group in
            let server = ForwarderServer(logger: fixture.logger)
            group.addTask { try await server.run(controlSocketPath: path) }
            try await eventually { exists(path) }
            try await body(ForwarderControl(path: path))
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    private func untilApplied(_ spec: RouteSpec, _ fixture: Fixture, within limit: Duration = .seconds(10)) async throws {
        try await until(fixture, spec, within: limit) { $0.applied == spec }
    }

    private func until(
        _ fixture: Fixture, _ spec: RouteSpec, within limit: Duration = .seconds(10), _ isSo: @escaping @Sendable (RouteStatus) -> Bool
    ) async throws {
        try await deadline(limit) {
            while true {
                let record = try await fixture.store.get(RouteStatus.key(spec.name))
                let status = record.flatMap { try? JSONDecoder().decode(RouteStatus.self, from: $0.value) }
                if let status, isSo(status) { return }
                try await Task.sleep(for: .milliseconds(5))
            }
        }
    }

    @Test(arguments: [#"{"name":7}"#, ""])
    func aRecordThatCannotBeReadStopsItsRouteAlone(text: String) async throws {
        try await Fixture.with { fixture in
            try await recordForwarder(in: fixture)
            let (spoilt, other, gone, late) = (route("b"), route("a"), route("c"), route("d"))
            try await withForwarder(fixture) { control in
                try await withRoutes(fixture) {
                    for spec in [spoilt, other, gone] { try await put(spec, in: fixture) }
                    for spec in [spoilt, other, gone] { try await untilApplied(spec, fixture) }
                    try await put(RouteSpec.key(spoilt.name), Data(text.utf8), in: fixture)
                    // A status that can't be read is written anew.
                    try await put(RouteStatus.key(other.name), Data(text.utf8), in: fixture)
                    try await fixture.delete(RouteSpec.key(gone.name))
                    try await put(late, in: fixture)
                    try await untilApplied(late, fixture)
                    try await untilApplied(other, fixture)
                    #expect(try await control.list().map(\.route.name) == ["a", "b", "d"])
                    #expect(try await fixture.store.get(RouteStatus.key(gone.name)) == nil)
                    #expect(try await fixture.store.get(RouteStatus.key(spoilt.name)) != nil)
                    // Mended, it follows its record again.
                    try await fixture.delete(RouteSpec.key(spoilt.name))
                    try await put(gone, in: fixture)
                    try await untilApplied(gone, fixture)
                    #expect(try await control.list().map(\.route.name) == ["a", "c", "d"])
                }
            }
        }
    }

    /// From somebody else to the forwarder, and back.
    @Test func anAddressChangesHands() async throws {
        try await Fixture.with { fixture in
            try await recordForwarder(in: fixture)
            var door = route("door", targets: [ProcessSpec.Listen(address: "127.0.0.1", port: 9)])
            door.encryptedPort = 10
            let stranger = try listener(door.listen)
            try await withForwarder(fixture) { control in
                try await withRoutes(fixture) {
                    try await put(door, in: fixture)
                    try await until(fixture, door) { $0.applied == nil && $0.problem != nil }
                    #expect(try await control.list().isEmpty)
                    close(stranger)
                    try await untilApplied(door, fixture)
                    #expect(try await control.list().map(\.state) == [.listening])
                    door.isYielded = true
                    try await put(door, in: fixture)
                    try await untilApplied(door, fixture)
                    let heir = try listener(door.listen)
                    try await until(fixture, door) { [door] in $0.applied == door && $0.isOver == true }
                    close(heir)
                }
            }
        }
    }

    @Test(.enabled(if: elastane != nil), .timeLimit(.minutes(1)))
    func aHungForwarderIsReplaced() async throws {
        let executable = try #require(Self.elastane)
        try await Fixture.with { fixture in
            try await fixture.withAgent {
                try await withRoutes(fixture, executable: executable) {
                    let first = try await fixture.running(RouteAgent.process)
                    let (one, two) = (route("one"), route("two"))
                    try await put(one, in: fixture)
                    try await untilApplied(one, fixture)
                    kill(first.pid, SIGSTOP)
                    try await put(two, in: fixture)
                    try await untilApplied(two, fixture, within: .seconds(30))
                    let second = try await fixture.running(RouteAgent.process, incarnation: 2)
                    #expect(!isAlive(first) && isAlive(second))
                    let path = fixture.data.directory(of: RouteAgent.process) + "/" + RouteAgent.socketName
                    #expect(try await ForwarderControl(path: path).list().map(\.route.name) == ["one", "two"])
                }
            }
        }
    }
}
