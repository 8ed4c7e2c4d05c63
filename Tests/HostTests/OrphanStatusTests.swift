import CacheModel
import Foundation
import Logging
import Store
import Synchronization
import Testing

@testable import Host

/// A store in which the control plane forgets a process between an agent's look at the specs and its look at the statuses.
private final class ForgettingStore: Store {
    let memory: MemoryStore
    private let forgotten: String
    private let hasForgotten = Mutex(false)

    init(_ memory: MemoryStore, forgetting id: String) {
        self.memory = memory
        self.forgotten = id
    }

    func get(_ key: String) async throws(StoreError) -> Record? { try await memory.get(key) }
    func commit(_ transaction: Transaction) async throws(StoreError) -> Int64 { try await memory.commit(transaction) }
    func watch(prefix: String, after revision: Int64) async -> AsyncStream<Change> { await memory.watch(prefix: prefix, after: revision) }

    func list(prefix: String) async throws(StoreError) -> (records: [Record], revision: Int64) {
        let isFirst =
            prefix == ProcessStatus.keyPrefix
            && hasForgotten.withLock { done in
                defer { done = true }
                return !done
            }
        if isFirst {
            let keys = [ProcessSpec.key(forgotten), ProcessStatus.key(forgotten)]
            try await memory.commit(Transaction(writes: keys.map { .delete(key: $0) }))
        }
        return try await memory.list(prefix: prefix)
    }
}

@Suite struct OrphanStatusTests {
    @Test func aProcessForgottenDuringTheFirstLookStaysForgotten() async throws {
        try await Fixture.with { fixture in
            try await fixture.put(.sleeping("a", goal: .removed))
            try await fixture.put(ProcessStatus(id: "a", incarnation: 1, phase: .removed))
            mkdir(fixture.data.directory(of: "a"), 0o700)
            let store = ForgettingStore(fixture.memory, forgetting: "a")
            try await withThrowingTaskGroup(of: Void.self) { group in
                let agent = HostAgent(dataDirectory: fixture.data, store: store, keys: fixture.keys, logger: fixture.logger)
                group.addTask { try await agent.run() }
                try await eventually { !exists(fixture.data.directory(of: "a")) }
                // By the time of these, what the keeper of the forgotten one had to say was said.
                for id in ["b", "c"] {
                    try await fixture.put(.sleeping(id))
                    _ = try await fixture.running(id)
                }
                group.cancelAll()
                try await group.waitForAll()
            }
            #expect(try await fixture.store.get(ProcessStatus.key("a")) == nil)
        }
    }

    @Test func statusesOfNothingAreSweptAtTheStart() async throws {
        try await Fixture.with { fixture in
            let identity = ProcessStatus.Identity(pid: 1, startTime: 1, bootID: "another boot")
            let phases: [(String, ProcessStatus.Phase)] = [
                ("exited", .exited(detail: "x")), ("refused", .refused(.addressInUse, detail: "x")), ("removed", .removed),
                ("running", .running(identity)), ("stopped", .stopped), ("with-bad-spec", .removed), ("with-spec", .removed),
            ]
            for (id, phase) in phases { try await fixture.put(ProcessStatus(id: id, incarnation: 2, phase: phase)) }
            try await fixture.put(.sleeping("with-spec", goal: .removed))
            let bad = Data("{".utf8)
            try await fixture.store.commit(
                Transaction(writes: [
                    .put(key: ProcessSpec.key("with-bad-spec"), value: bad), .put(key: ProcessStatus.key("bad-status"), value: bad),
                ]))
            try await fixture.withAgent {
                try await deadline(.seconds(10)) {
                    while try await fixture.store.list(prefix: ProcessStatus.keyPrefix).records.count > 4 {
                        try await Task.sleep(for: .milliseconds(2))
                    }
                }
            }
            let left = try await fixture.store.list(prefix: ProcessStatus.keyPrefix).records.map(\.key)
            #expect(left == ["bad-status", "running", "with-bad-spec", "with-spec"].map(ProcessStatus.key))
        }
    }
}
