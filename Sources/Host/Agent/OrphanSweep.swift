import CacheModel
import Logging
import Store

/// Deletes statuses that no spec goes with and that speak of nothing that runs: nobody else would, ever.
struct OrphanSweep: Sendable {
    let store: any Store
    let logger: Logger

    /// `known` are the processes that had a spec; one that got its spec since is left alone. What fails is left to the next start.
    func run(known: Set<String>) async {
        do throws(StoreError) {
            for record in try await store.list(prefix: ProcessStatus.keyPrefix).records {
                let id = String(record.key.dropFirst(ProcessStatus.keyPrefix.count))
                // A status that can't be read may speak of something that runs.
                guard !known.contains(id), let status = try? ProcessRecords.status(record.value), status.nothingRuns else { continue }
                try await delete(record, of: id)
            }
        } catch {
            logger.warning("Statuses without a spec could not be deleted", metadata: ["error": "\(error)"])
        }
    }

    private func delete(_ record: Record, of id: String) async throws(StoreError) {
        let conditions = [
            Transaction.Condition(key: ProcessSpec.key(id), version: 0), Transaction.Condition(key: record.key, version: record.version),
        ]
        do throws(StoreError) {
            try await store.commit(Transaction(conditions: conditions, writes: [.delete(key: record.key)]))
            logger.notice("A status without a spec was deleted", metadata: ["process": "\(id)"])
        } catch .conflict {
            // Somebody speaks for it after all.
            return
        }
    }
}

extension ProcessStatus {
    /// Whether the phase says that there is no process.
    var nothingRuns: Bool {
        switch phase {
        case .running: false
        case .exited, .refused, .stopped, .removed: true
        }
    }
}
