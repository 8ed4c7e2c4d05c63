import Foundation
import GRDB
import Testing

@testable import Store

/// Batches, and what is said of them when the disk fails.
@Suite struct CommitBatchTests {
    private func withDatabase(_ body: (Database) throws -> Void) throws {
        let database = try DatabaseQueue()
        try SQLiteSchema.migrator.migrate(database)
        try database.writeWithoutTransaction(body)
    }

    @Test func eachTransactionHasItsOwnOutcome() throws {
        try withDatabase { (db: Database) throws in
            let batch = CommitBatch.apply(
                [
                    .put("a", "1", at: 0), .put("a", "2", at: 0), .put("a", "3", at: 1), .put("x\0", ""), .delete("none"), .delete("a"),
                    .put("a", "4", at: 0),
                ],
                to: db, path: "test"
            )
            #expect(
                batch.outcomes == [
                    .success(1), .failure(.conflict(key: "a")), .success(2),
                    .failure(.failed("test: the key \"x\\0\" contains NUL")), .success(2), .success(3), .success(4),
                ]
            )
            #expect(batch.changes.map(\.revision) == [1, 2, 3, 4])
            #expect(batch.startRevision == 0)
            #expect(try SQLiteSchema.revision(db) == 4)
        }
    }

    /// One transaction fails in the middle of its writes; those beside it are kept.
    @Test func aFailureBetweenWritesUndoesThatTransactionAlone() throws {
        try withDatabase { db in
            try db.execute(
                sql: """
                    CREATE TRIGGER refuse BEFORE INSERT ON record WHEN NEW.key = 'bad'
                    BEGIN SELECT RAISE(ABORT, 'refused'); END
                    """
            )
            let half = Transaction(writes: [.put(key: "half", value: Data()), .put(key: "bad", value: Data())])
            let batch = CommitBatch.apply([.put("a", ""), half, .put("b", "")], to: db, path: "test")
            #expect(batch.outcomes.map { try? $0.get() } == [1, nil, 2])
            #expect(try String.fetchAll(db, sql: "SELECT key FROM record ORDER BY key") == ["a", "b"])
        }
    }

    @Test func aFullDiskIsAFailureThatWroteNothing() async throws {
        try await withDirectory { directory in
            let store = try SQLiteStore.open(path: directory + "/store.db")
            try await store.commit(.put("a", "1"))
            try await store.pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA max_page_count = 10") }
            let large = Transaction(writes: [.put(key: "a", value: Data(repeating: 0, count: 1 << 20))])
            await #expect { try await store.commit(large) } throws: { error in
                guard case StoreError.failed(let reason) = error else { return false }
                return reason.contains("disk full")
            }
            #expect(try await store.text("a") == "1")
            #expect(try await store.commit(.put("a", "2")) == 2)
            try await store.close()
        }
    }

    private final class FailingCommit: TransactionObserver {
        let code: ResultCode
        init(_ code: ResultCode) { self.code = code }
        func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { true }
        func databaseDidChange(with event: DatabaseEvent) {}
        func databaseWillCommit() throws { throw DatabaseError(resultCode: code, message: "injected") }
        func databaseDidCommit(_ db: Database) {}
        func databaseDidRollback(_ db: Database) {}
    }

    @Test(arguments: [(ResultCode.SQLITE_IOERR_FSYNC, true), (.SQLITE_FULL, false), (.SQLITE_BUSY, false)])
    func aFailedCommitIsUnknownUnlessItCannotHaveHappened(_ code: ResultCode, _ unknown: Bool) throws {
        try withDatabase { db in
            _ = CommitBatch.apply([.put("seen", "")], to: db, path: "test")
            let observer = FailingCommit(code)
            db.add(transactionObserver: observer, extent: .databaseLifetime)
            let batch = CommitBatch.apply([.put("a", ""), .put("seen", "", at: 0), .put("b", "")], to: db, path: "test")
            #expect(batch.lostTrack == unknown)
            #expect(batch.changes.isEmpty)
            #expect(batch.outcomes[1] == .failure(.conflict(key: "seen")))
            for index in [0, 2] {
                switch batch.outcomes[index] {
                case .failure(.unknownOutcome): #expect(unknown)
                case .failure(.failed): #expect(!unknown)
                default: Issue.record("\(batch.outcomes[index])")
                }
            }
            db.remove(transactionObserver: observer)
            #expect(CommitBatch.apply([.put("a", "")], to: db, path: "test").outcomes == [.success(2)])
        }
    }

    @Test func aForeignWriteEndsTheWatches() async throws {
        try await withDirectory { directory in
            let store = try SQLiteStore.open(path: directory + "/store.db")
            try await store.commit(.put("a", "1"))
            let changes = await store.watch(prefix: "", after: 1)
            let other = try SQLiteStore.open(path: directory + "/store.db")
            try await other.commit(.put("a", "2"))
            #expect(try await store.commit(.put("a", "3")) == 3)
            #expect(try await within { await changes.first { _ in true } } == nil)
            let again = await store.watch(prefix: "", after: 2)
            #expect(try await within { await again.first { _ in true } }?.revision == 3)
            try await other.close()
            try await store.close()
        }
    }
}
