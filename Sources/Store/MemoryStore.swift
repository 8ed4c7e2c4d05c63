/// A store that forgets when it goes: the same contract without a disk, for tests of what stands on a store.
package actor MemoryStore: Store {
    /// By the bytes of the key: as text, different spellings of one character would be one key.
    private var records: [[UInt8]: Record] = [:]
    private var revision: Int64 = 0
    private var closed = false
    private let changes: ChangeLog

    /// A watcher may lag behind by `retainedWrites` before its stream finishes.
    package init(retainedWrites: Int = 10_000) {
        self.changes = ChangeLog(revision: 0, limit: retainedWrites)
    }

    package func get(_ key: String) throws(StoreError) -> Record? {
        try checkOpen()
        return records[Array(key.utf8)]
    }

    package func list(prefix: String) throws(StoreError) -> (records: [Record], revision: Int64) {
        try checkOpen()
        let found = records.filter { $0.key.starts(with: prefix.utf8) }
            .sorted { $0.key.lexicographicallyPrecedes($1.key) }
            .map(\.value)
        return (found, revision)
    }

    @discardableResult
    package func commit(_ transaction: Transaction) throws(StoreError) -> Int64 {
        try checkOpen()
        if let defect = transaction.defect { throw .failed(defect) }
        for condition in transaction.conditions {
            let version = records[Array(condition.key.utf8)]?.version ?? 0
            guard version == condition.version else { throw .conflict(key: condition.key) }
        }
        var applied: [Transaction.Write] = []
        for write in transaction.writes {
            let key = Array(write.key.utf8)
            switch write {
            case .put(let name, let value):
                records[key] = Record(key: name, value: value, version: revision + 1)
                applied.append(write)
            case .delete:
                if records.removeValue(forKey: key) != nil { applied.append(write) }
            }
        }
        if !applied.isEmpty {
            revision += 1
            changes.publish([Change(revision: revision, writes: applied)])
        }
        return revision
    }

    package func watch(prefix: String, after revision: Int64) -> AsyncStream<Change> {
        changes.watch(prefix: prefix, after: revision)
    }

    package func close() {
        closed = true
        changes.close()
    }

    private func checkOpen() throws(StoreError) {
        if closed { throw .failed("the store is closed") }
    }
}
