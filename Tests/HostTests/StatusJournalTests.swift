import CacheModel
import Foundation
import Logging
import Store
import Synchronization
import Testing

@testable import Host

/// A store whose commits are counted, and fail as told.
private final class ScriptedStore: Store {
    enum Answer: Sendable {
        case apply, refuse, applyAndLoseTheAnswer
        /// The control plane writes the spec first.
        case applyAfterANewSpec
        /// The control plane sees the status, and deletes it with its spec.
        case applyLoseTheAnswerAndForget
    }

    let memory = MemoryStore()
    private let script: Mutex<[Answer]>
    private let sizes = Mutex<[Int]>([])

    init(_ script: [Answer] = []) {
        self.script = Mutex(script)
    }

    var commitSizes: [Int] { sizes.withLock { $0 } }

    func get(_ key: String) async throws(StoreError) -> Record? { try await memory.get(key) }
    func list(prefix: String) async throws(StoreError) -> (records: [Record], revision: Int64) { try await memory.list(prefix: prefix) }
    func watch(prefix: String, after revision: Int64) async -> AsyncStream<Change> { await memory.watch(prefix: prefix, after: revision) }

    func commit(_ transaction: Transaction) async throws(StoreError) -> Int64 {
        sizes.withLock { $0.append(transaction.writes.count) }
        switch script.withLock({ $0.isEmpty ? .apply : $0.removeFirst() }) {
        case .apply: return try await memory.commit(transaction)
        case .refuse: throw .failed("disk full")
        case .applyAndLoseTheAnswer:
            _ = try await memory.commit(transaction)
            throw .unknownOutcome("lost")
        case .applyAfterANewSpec:
            guard let spec = try await memory.get(ProcessSpec.key("p0")) else { throw .failed("no spec") }
            try await memory.commit(Transaction(writes: [.put(key: spec.key, value: spec.value)]))
            return try await memory.commit(transaction)
        case .applyLoseTheAnswerAndForget:
            _ = try await memory.commit(transaction)
            try await memory.commit(
                Transaction(writes: [.delete(key: ProcessSpec.key("p0")), .delete(key: ProcessStatus.key("p0"))]))
            throw .unknownOutcome("lost")
        }
    }
}

@Suite struct StatusJournalTests {
    private func status(_ id: Int) -> ProcessStatus { ProcessStatus(id: "p\(id)", incarnation: 1, phase: .stopped) }

    private func addSpecs(_ store: ScriptedStore, _ count: Int) async throws {
        for id in 0..<count {
            let value = try ProcessRecords.encode(ProcessSpec.sleeping("p\(id)"))
            try await store.memory.commit(Transaction(writes: [.put(key: ProcessSpec.key("p\(id)"), value: value)]))
        }
    }

    @Test func whatIsDueTogetherIsOneCommit() async throws {
        let store = ScriptedStore()
        try await addSpecs(store, 40)
        let journal = StatusJournal(store: store, logger: Logger(label: "test"))
        for id in 0..<40 { journal.record(status(id)) }
        journal.record(ProcessStatus(id: "p0", incarnation: 2, phase: .removed))
        journal.finish()
        await journal.run()
        #expect(store.commitSizes == [40])
        let record = try #require(try await store.get(ProcessStatus.key("p0")))
        #expect(try ProcessRecords.status(record.value).incarnation == 2)
    }

    @Test(arguments: [[.refuse], [.applyAndLoseTheAnswer], [.refuse, .applyAndLoseTheAnswer]] as [[ScriptedStore.Answer]])
    fileprivate func failuresAreRetried(script: [ScriptedStore.Answer]) async throws {
        let store = ScriptedStore(script)
        try await addSpecs(store, 3)
        let journal = StatusJournal(store: store, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        for id in 0..<3 { journal.record(status(id)) }
        journal.finish()
        await journal.run()
        #expect(try await store.list(prefix: ProcessStatus.keyPrefix).records.count == 3)
        #expect(store.commitSizes.count == script.count + 1)
    }

    @Test func aRetryBringsNoDeletedRecordBack() async throws {
        let store = ScriptedStore([.applyLoseTheAnswerAndForget])
        try await addSpecs(store, 1)
        try await write([status(0)], to: store)
        #expect(store.commitSizes == [1])
        #expect(try await store.list(prefix: "").records.isEmpty)
    }

    @Test func noStatusIsWrittenWithoutASpec() async throws {
        let store = ScriptedStore()
        try await addSpecs(store, 1)
        try await write([status(0), status(1)], to: store)
        #expect(store.commitSizes == [1])
        #expect(try await store.list(prefix: ProcessStatus.keyPrefix).records.map(\.key) == [ProcessStatus.key("p0")])
    }

    @Test func whatIsOverAndHasNoSpecLeavesNoStatus() async throws {
        let store = ScriptedStore()
        let identity = ProcessStatus.Identity(pid: 1, startTime: 1, bootID: "boot")
        let old = try ProcessRecords.encode(ProcessStatus(id: "p0", incarnation: 1, phase: .running(identity)))
        try await store.memory.commit(Transaction(writes: [.put(key: ProcessStatus.key("p0"), value: old)]))
        try await write([status(0)], to: store)
        #expect(try await store.list(prefix: "").records.isEmpty)
    }

    @Test func aSpecThatChangesMeanwhileIsNoFailure() async throws {
        let store = ScriptedStore([.applyAfterANewSpec])
        try await addSpecs(store, 1)
        try await write([status(0)], to: store)
        #expect(store.commitSizes == [1, 1])
        #expect(try await store.get(ProcessStatus.key("p0")) != nil)
    }

    private func write(_ statuses: [ProcessStatus], to store: ScriptedStore) async throws {
        let journal = StatusJournal(store: store, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        for status in statuses { journal.record(status) }
        journal.finish()
        await journal.run()
    }
}
