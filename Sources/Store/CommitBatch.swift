import GRDB

/// Several transactions applied in one SQLite transaction, so that one sync of the disk serves them all.
///
/// Each is checked against what those before it did, has a revision and an outcome of its own, and leaves
/// nothing behind when it fails.
struct CommitBatch {
    /// One per transaction, in their order.
    private(set) var outcomes: [Result<Int64, StoreError>] = []
    /// What was committed, to be published.
    private(set) var changes: [Change] = []
    /// The revision that the batch found; nil if it could not be read.
    private(set) var startRevision: Int64?
    /// The commit failed in a way that tells nothing about what is on disk.
    private(set) var lostTrack = false

    /// `prepare` is what must have succeeded before.
    static func apply(
        _ transactions: [Transaction], to db: Database, path: String, prepare: (Database) throws -> Void = { _ in }
    ) -> CommitBatch {
        var batch = CommitBatch()
        do {
            try prepare(db)
            try db.beginTransaction(.immediate)
            try batch.applyEach(transactions, db, path)
        } catch {
            // Nothing was committed, whatever the single outcomes were until here.
            try? db.rollback()
            batch.fail(with: StoreError(error, path: path), count: transactions.count)
            return batch
        }
        do {
            try db.commit()
        } catch {
            try? db.rollback()
            batch.fail(with: batch.meaning(ofFailedCommit: error, path: path), count: transactions.count)
        }
        return batch
    }

    private mutating func applyEach(_ transactions: [Transaction], _ db: Database, _ path: String) throws {
        let start = try SQLiteSchema.revision(db)
        startRevision = start
        var revision = start
        for transaction in transactions {
            do {
                let applied = try transaction.apply(to: db, revision: revision + 1)
                if !applied.isEmpty {
                    revision += 1
                    changes.append(Change(revision: revision, writes: applied))
                }
                outcomes.append(.success(revision))
            } catch {
                // Some errors make SQLite roll back everything, the transactions before this one included.
                guard db.isInsideTransaction else { throw error }
                outcomes.append(.failure(StoreError(error, path: path)))
            }
        }
        if revision > start { try SQLiteSchema.setRevision(revision, db) }
    }

    /// A full disk or a lock stops SQLite before the end of the transaction is written. After any other failure (a sync,
    /// say) that end may be on the disk or not, and a restart may find it there.
    private mutating func meaning(ofFailedCommit error: any Error, path: String) -> StoreError {
        switch (error as? DatabaseError)?.resultCode {
        case .SQLITE_FULL?, .SQLITE_BUSY?, .SQLITE_LOCKED?:
            return StoreError(error, path: path)
        default:
            lostTrack = true
            return .unknownOutcome("\(path): commit: \((error as? DatabaseError)?.explanation ?? "\(error)")")
        }
    }

    /// A conflict stays one: its caller reads again in any case.
    private mutating func fail(with error: StoreError, count: Int) {
        changes = []
        outcomes = (0..<count).map { index in
            if index < outcomes.count, case .failure = outcomes[index] { return outcomes[index] }
            return .failure(error)
        }
    }
}

extension Transaction {
    /// Applies all writes or none. Returns those that changed something: deleting what isn't there does not.
    ///
    /// Throws `StoreError` for a condition that does not hold, `DatabaseError` otherwise.
    fileprivate func apply(to db: Database, revision: Int64) throws -> [Write] {
        if let defect { throw StoreError.failed(defect) }
        for condition in conditions {
            let statement = try db.cachedStatement(sql: "SELECT version FROM record WHERE key = ?")
            let version = try Int64.fetchOne(statement, arguments: [condition.key]) ?? 0
            guard version == condition.version else { throw StoreError.conflict(key: condition.key) }
        }
        var applied: [Write] = []
        guard !writes.isEmpty else { return applied }
        try db.inSavepoint {
            for write in writes where try write.apply(to: db, revision: revision) { applied.append(write) }
            return .commit
        }
        return applied
    }
}

extension Transaction.Write {
    fileprivate func apply(to db: Database, revision: Int64) throws -> Bool {
        switch self {
        case .put(let key, let value):
            let statement = try db.cachedStatement(
                sql: """
                    INSERT INTO record (key, value, version) VALUES (?, ?, ?)
                    ON CONFLICT (key) DO UPDATE SET value = excluded.value, version = excluded.version
                    """
            )
            try statement.execute(arguments: [key, value, revision])
            return true
        case .delete(let key):
            try db.cachedStatement(sql: "DELETE FROM record WHERE key = ?").execute(arguments: [key])
            return db.changesCount > 0
        }
    }
}
