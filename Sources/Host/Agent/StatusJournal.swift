import CacheModel
import Foundation
import Logging
import Store
import Synchronization

/// Writes statuses: a lone one at once, and all that come while a commit is under way together in the next.
///
/// Each process has one current status, so that a later one replaces an earlier one that was not written yet.
final class StatusJournal: Sendable {
    private let store: any Store
    private let logger: Logger
    private let pending = Mutex<[String: ProcessStatus]>([:])
    private let signals: AsyncStream<Void>
    private let bell: AsyncStream<Void>.Continuation
    private let isFinished = Mutex(false)

    init(store: any Store, logger: Logger) {
        self.store = store
        self.logger = logger
        (signals, bell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func record(_ status: ProcessStatus) {
        pending.withLock { $0[status.id] = status }
        bell.yield()
    }

    /// No status comes after this: `run` writes what is pending and returns.
    func finish() {
        isFinished.withLock { $0 = true }
        bell.finish()
    }

    func run() async {
        for await _ in signals {
            await writePending()
        }
        await writePending()
    }

    private func writePending() async {
        var pause = Duration.milliseconds(20)
        var conflicts = 0
        while true {
            let batch = pending.withLock { pending in
                defer { pending = [:] }
                return pending
            }
            guard !batch.isEmpty else { return }
            do {
                try await write(batch)
                pause = .milliseconds(20)
                conflicts = 0
            } catch {
                pending.withLock { $0.merge(batch) { newer, _ in newer } }
                // A spec was written meanwhile, which is no failure: look again at once, but not for ever.
                if case StoreError.conflict = error, conflicts < 20 {
                    conflicts += 1
                    continue
                }
                logger.error("Statuses could not be recorded", metadata: ["error": "\(error)", "statuses": "\(batch.count)"])
                // What is not written at the end, the next start finds out by looking.
                if Task.isCancelled || (isFinished.withLock { $0 } && pause > .milliseconds(100)) { return }
                try? await Task.sleep(for: pause)
                pause = min(pause * 2, .seconds(5))
            }
        }
    }

    /// A status is written only beside its spec: the control plane may have deleted both since the process was looked at, and nobody
    /// would delete what came after.
    private func write(_ batch: [String: ProcessStatus]) async throws {
        // After a loss of power nothing is as it was, and every process is looked at again.
        var transaction = Transaction(isFleeting: true)
        for status in batch.values.sorted(by: { $0.id < $1.id }) {
            let key = ProcessStatus.key(status.id)
            if let spec = try await store.get(ProcessSpec.key(status.id)) {
                transaction.conditions.append(.init(key: spec.key, version: spec.version))
                transaction.writes.append(.put(key: key, value: try ProcessRecords.encode(status)))
            } else if status.nothingRuns, try await store.get(key) != nil {
                transaction.conditions.append(.init(key: ProcessSpec.key(status.id), version: 0))
                transaction.writes.append(.delete(key: key))
            }
        }
        guard !transaction.writes.isEmpty else { return }
        try await store.commit(transaction)
    }
}
