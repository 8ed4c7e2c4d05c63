import CacheModel
import Foundation
import Logging
import Store
import Testing

@testable import Host

/// What becomes of the records where the packet filter may not be used. (What it does where it may, the contract tests show.)
@Suite struct FirewallPassTests {
    private let store = MemoryStore()
    private let data: DataDirectory

    init() throws {
        data = try DataDirectory(creating: NSTemporaryDirectory() + "/firewall-\(UUID().uuidString)")
    }

    private var pass: FirewallPass {
        FirewallPass(
            store: store, filter: PacketFilter(data: data), isOn: false, blocking: BlockingCalls(limit: 1),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    private func status(_ name: String) async throws -> FirewallStatus? {
        try await store.get(FirewallStatus.key(name)).map { try JSONDecoder().decode(FirewallStatus.self, from: $0.value) }
    }

    private func put(_ key: String, _ value: some Encodable) async throws {
        try await store.commit(Transaction(writes: [.put(key: key, value: try JSONEncoder().encode(value))]))
    }

    private static let spec = FirewallSpec(
        name: "g-1", doors: [.init(listens: [.init(address: "127.64.0.1", port: 6379)], sources: ["10.0.0.0/8"])])

    @Test func withoutRecordsNothingIsSaid() async throws {
        var pass = pass
        try await pass.run(doubts: true)
        #expect(try await store.list(prefix: "").records.isEmpty)
        #expect(try FileManager.default.contentsOfDirectory(atPath: data.path) == ["nodes"])
    }

    @Test func whatIsSwitchedOffIsTold() async throws {
        try await put(FirewallSpec.key("g-1"), Self.spec)
        var pass = pass
        try await pass.run(doubts: false)
        let told = try #require(try await status("g-1"))
        #expect(told.applied == nil && told.problem?.contains("--packet-filter off") == true)
        // And is forgotten with its record.
        try await store.commit(Transaction(writes: [.delete(key: FirewallSpec.key("g-1"))]))
        try await pass.run(doubts: false)
        #expect(try await status("g-1") == nil)
        #expect(try await FirewallAgent.takeAway(dataDirectory: data, store: store) == nil)
    }

    @Test func whatNeverWasInForceIsTakenAwayWithoutAFilter() async throws {
        try await put(FirewallStatus.key("g-1"), FirewallStatus(name: "g-1", applied: nil, problem: "no rights"))
        #expect(try await FirewallAgent.takeAway(dataDirectory: data, store: store) == nil)
        #expect(try await status("g-1") == nil)
    }
}
