import CacheModel
import Foundation
import Store

/// Sees to it that a forwarder runs: started when there is none, and again when it ended, at most once a second.
struct ForwarderKeeper {
    private static let pace: Duration = .seconds(1)

    let store: any Store
    let executable: String
    private var lastStart: ContinuousClock.Instant?

    init(store: any Store, executable: String) {
        self.store = store
        self.executable = executable
    }

    func startedWithin(_ time: Duration) -> Bool { lastStart.map { .now - $0 < time } ?? false }

    /// Whether it runs now.
    mutating func keepRunning() async throws -> Bool {
        let record = try await store.get(ProcessSpec.key(RouteAgent.process))
        let known = try record.map { try JSONDecoder().decode(ProcessSpec.self, from: $0.value) }
        guard let known, let record else {
            try await start(incarnation: 1, after: 0)
            return false
        }
        let statusRecord = try await store.get(ProcessStatus.key(RouteAgent.process))
        let status = try statusRecord.map { try JSONDecoder().decode(ProcessStatus.self, from: $0.value) }
        guard let status, status.incarnation == known.incarnation else { return false }
        if case .running = status.phase { return true }
        if lastStart.map({ .now - $0 >= Self.pace }) ?? true {
            try await start(incarnation: known.incarnation + 1, after: record.version)
        }
        return false
    }

    private mutating func start(incarnation: Int, after version: Int64) async throws {
        let spec = ProcessSpec(
            id: RouteAgent.process, incarnation: incarnation, executable: executable,
            arguments: ["forward", "--control", RouteAgent.socketName], stopGrace: 5)
        let key = ProcessSpec.key(RouteAgent.process)
        let write = Transaction.Write.put(key: key, value: try JSONEncoder().encode(spec))
        try await store.commit(Transaction(conditions: [.init(key: key, version: version)], writes: [write]))
        lastStart = .now
    }
}
