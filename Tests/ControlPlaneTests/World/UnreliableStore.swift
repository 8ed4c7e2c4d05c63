import Foundation
import Store

/// A store that fails the next commits as it is told.
actor UnreliableStore: Store {
    enum Failure {
        /// Somebody else was first.
        case conflict
        case refused
        /// The answer is lost, and the transaction applied or not.
        case lost(applied: Bool)
    }

    private let store = MemoryStore()
    private var failures: [Failure] = []
    private(set) var attempts = 0

    func fail(_ failures: [Failure]) { self.failures = failures }

    func get(_ key: String) async throws(StoreError) -> Record? { try await store.get(key) }

    func list(prefix: String) async throws(StoreError) -> (records: [Record], revision: Int64) { try await store.list(prefix: prefix) }

    func commit(_ transaction: Transaction) async throws(StoreError) -> Int64 {
        attempts += 1
        guard !failures.isEmpty else { return try await store.commit(transaction) }
        switch failures.removeFirst() {
        case .conflict: throw .conflict(key: transaction.conditions.first?.key ?? "")
        case .refused: throw .failed("the disk is full")
        case .lost(let applied):
            if applied { try await store.commit(transaction) }
            throw .unknownOutcome("the disk went away")
        }
    }

    func watch(prefix: String, after revision: Int64) async -> AsyncStream<Change> { await store.watch(prefix: prefix, after: revision) }
}
