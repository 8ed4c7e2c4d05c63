import Foundation
import GRDB
import Synchronization

/// Records in one SQLite file, for one process.
///
/// Commits that arrive while another waits for the disk are put in one batch, so that one sync serves them all.
/// Reads see what was last committed and never wait for a write.
package final class SQLiteStore: Store {
    private struct Waiting {
        let transaction: Transaction
        let answer: CheckedContinuation<Result<Int64, StoreError>, Never>
    }

    private struct Inbox {
        var waiting: [Waiting] = []
        var draining = false
        var closed = false
    }

    /// The most transactions in one batch: beyond it those at the front would wait for those at the back.
    private static let batchLimit = 256

    let pool: DatabasePool
    private let path: String
    private let changes: ChangeLog
    private let inbox = Mutex(Inbox())
    /// As the writer is set. A pool sets NORMAL, under which the last commits are lost with the power.
    private let syncs = Mutex(true)

    private init(path: String, pool: DatabasePool, changes: ChangeLog) {
        self.path = path
        self.pool = pool
        self.changes = changes
    }

    /// Opens the database, creating it (file mode 0600) where there is none. The directory must exist.
    ///
    /// Throws `StoreError.failed` for a file that is damaged, of another program or of a newer version: it is left as it is.
    /// A watcher may lag behind by `retainedWrites` before its stream finishes.
    package static func open(path: String, retainedWrites: Int = 1000) throws(StoreError) -> SQLiteStore {
        try StoreFile.prepare(path)
        do {
            var configuration = Configuration()
            configuration.busyMode = .timeout(5)
            // Whoever reads often keeps what it read: few connections with small caches (KiB) are enough.
            configuration.maximumReaderCount = 2
            configuration.prepareDatabase { db in
                try db.execute(sql: "PRAGMA cache_size = -512")
                #if os(macOS)
                    // On macOS a plain fsync leaves data in the drive's cache.
                    try db.execute(sql: "PRAGMA fullfsync = ON")
                #endif
            }
            let pool = try DatabasePool(path: path, configuration: configuration)
            try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
            try SQLiteSchema.migrator.migrate(pool)
            let revision = try pool.read(SQLiteSchema.revision)
            return SQLiteStore(path: path, pool: pool, changes: ChangeLog(revision: revision, limit: retainedWrites))
        } catch {
            throw StoreError(error, path: path)
        }
    }

    /// Finishes what was begun, ends all watches and folds the journal into the file. Later calls fail.
    package func close() async throws(StoreError) {
        let first = inbox.withLock { inbox in
            defer { inbox.closed = true }
            return !inbox.closed
        }
        guard first else { return }
        await withCheckedContinuation { done in
            pool.asyncWriteWithoutTransaction { db in
                // The pool closes its writer first, and the readers left then may not do this. Nothing is lost if it fails.
                _ = try? db.checkpoint(.truncate)
                done.resume()
            }
        }
        changes.close()
        do { try pool.close() } catch { throw StoreError(error, path: path) }
    }

    package func get(_ key: String) async throws(StoreError) -> Record? {
        guard key.isStorableKey else { return nil }
        return try read { db in
            let statement = try db.cachedStatement(sql: "SELECT key, value, version FROM record WHERE key = ?")
            return try Row.fetchOne(statement, arguments: [key]).map(Record.init(row:))
        }
    }

    package func list(prefix: String) async throws(StoreError) -> (records: [Record], revision: Int64) {
        try read { db in
            let revision = try SQLiteSchema.revision(db)
            guard prefix.isStorableKey else { return ([], revision) }
            let rows: RowCursor
            if let end = prefix.bytesAfterPrefix {
                // The end of the range need not be valid text, so it goes in as bytes.
                let sql = "SELECT key, value, version FROM record WHERE key >= ? AND key < CAST(? AS TEXT) ORDER BY key"
                rows = try Row.fetchCursor(db.cachedStatement(sql: sql), arguments: [prefix, end])
            } else {
                rows = try Row.fetchCursor(db.cachedStatement(sql: "SELECT key, value, version FROM record ORDER BY key"))
            }
            var records: [Record] = []
            while let row = try rows.next() { records.append(Record(row: row)) }
            return (records, revision)
        }
    }

    @discardableResult
    package func commit(_ transaction: Transaction) async throws(StoreError) -> Int64 {
        try await withCheckedContinuation { answer in
            let (closed, mustDrain) = inbox.withLock { inbox in
                if inbox.closed { return (true, false) }
                inbox.waiting.append(Waiting(transaction: transaction, answer: answer))
                defer { inbox.draining = true }
                return (false, !inbox.draining)
            }
            if closed { answer.resume(returning: .failure(.failed("the store is closed"))) }
            if mustDrain { pool.asyncWriteWithoutTransaction { db in self.drain(db) } }
        }
        .get()
    }

    package func watch(prefix: String, after revision: Int64) async -> AsyncStream<Change> {
        changes.watch(prefix: prefix, after: revision)
    }

    /// On the calling thread: a read takes microseconds and waits for nobody, where changing threads costs ten times that.
    private func read<Value>(_ body: (Database) throws -> Value) throws(StoreError) -> Value {
        do { return try pool.read(body) } catch { throw StoreError(error, path: path) }
    }

    /// Whether commits wait for the disk from now on. The journal is one file, so that one that does keeps those before it, too.
    ///
    /// Source: https://www.sqlite.org/pragma.html#pragma_synchronous
    private func sync(_ isWanted: Bool, _ db: Database) throws {
        guard isWanted != syncs.withLock({ $0 }) else { return }
        try db.execute(sql: "PRAGMA synchronous = \(isWanted ? "FULL" : "NORMAL")")
        syncs.withLock { $0 = isWanted }
    }

    /// On the writer's queue: commits what waits, batch after batch, until nothing does.
    private func drain(_ db: Database) {
        while true {
            let batch = inbox.withLock { inbox in
                let batch = Array(inbox.waiting.prefix(Self.batchLimit))
                inbox.waiting.removeFirst(batch.count)
                if batch.isEmpty { inbox.draining = false }
                return batch
            }
            if batch.isEmpty { return }

            let transactions = batch.map(\.transaction)
            let result = CommitBatch.apply(transactions, to: db, path: path) { db in
                try self.sync(transactions.mustOutlivePower, db)
            }
            if let start = result.startRevision, start != changes.revision {
                // Somebody else wrote to the file: watchers missed that, and must list again.
                changes.reset(to: start)
            }
            if result.lostTrack {
                changes.reset(to: (try? SQLiteSchema.revision(db)) ?? changes.revision)
            }
            changes.publish(result.changes)
            for (waiting, outcome) in zip(batch, result.outcomes) { waiting.answer.resume(returning: outcome) }
        }
    }
}

extension Record {
    fileprivate init(row: Row) {
        self.init(key: row[0], value: row[1], version: row[2])
    }
}
