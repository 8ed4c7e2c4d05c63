import Foundation
import GRDB
import Testing

@testable import Store

/// What only a store on disk can get wrong.
@Suite struct SQLiteStoreTests {
    @Test func whatWasCommittedIsThereAfterReopening() async throws {
        try await withDirectory { directory in
            let path = directory + "/store.db"
            var store = try SQLiteStore.open(path: path)
            for index in 1...10 { try await store.commit(.put("k/\(index)", "\(index)")) }
            try await store.commit(.delete("k/3"))
            let before = try await store.list(prefix: "")
            try await store.close()

            store = try SQLiteStore.open(path: path)
            let after = try await store.list(prefix: "")
            #expect(after.records == before.records)
            #expect(after.revision == 11)
            #expect(try await store.commit(.put("k/3", "")) == 12)
            let old = await store.watch(prefix: "", after: 10)
            #expect(await old.first { _ in true } == nil, "changes of an earlier run are not kept")
            try await store.close()
        }
    }

    /// As after kill -9: the journal was never folded in, and nobody closed anything.
    @Test func recoversFromTheJournalLeftBehind() async throws {
        try await withDirectory { directory in
            let path = directory + "/store.db"
            let store = try SQLiteStore.open(path: path)
            for index in 1...50 { try await store.commit(.put("k/\(index)", "\(index)")) }
            try FileManager.default.createDirectory(atPath: directory + "/crashed", withIntermediateDirectories: true)
            for suffix in ["", "-wal"] {
                try FileManager.default.copyItem(atPath: path + suffix, toPath: directory + "/crashed/store.db" + suffix)
            }
            let survivor = try SQLiteStore.open(path: directory + "/crashed/store.db")
            let listed = try await survivor.list(prefix: "k/")
            #expect(listed.records.count == 50)
            #expect(listed.revision == 50)
            try await survivor.close()
            try await store.close()
        }
    }

    @Test func aReturnedCommitIsSynced() async throws {
        try await withDirectory { directory in
            let store = try SQLiteStore.open(path: directory + "/store.db")
            let (mode, journal) = try await store.pool.writeWithoutTransaction { db in
                (try Int.fetchOne(db, sql: "PRAGMA synchronous"), try String.fetchOne(db, sql: "PRAGMA journal_mode"))
            }
            #expect(mode == 2, "FULL")
            #expect(journal == "wal")
            try await store.close()
        }
    }

    /// What may be lost with the power does not wait for the disk; what comes after it does, and keeps both.
    @Test func onlyAFleetingCommitIsNotSynced() async throws {
        try await withDirectory { directory in
            let path = directory + "/store.db"
            let store = try SQLiteStore.open(path: path)
            func mode() async throws -> Int? {
                try await store.pool.writeWithoutTransaction { db in try Int.fetchOne(db, sql: "PRAGMA synchronous") }
            }
            var fleeting = Transaction.put("a", "1")
            fleeting.isFleeting = true
            try await store.commit(fleeting)
            #expect(try await mode() == 1, "NORMAL")
            try await store.commit(.put("b", "1"))
            #expect(try await mode() == 2, "FULL")
            #expect(try await store.list(prefix: "").records.map(\.key) == ["a", "b"])
            try await store.close()
        }
    }

    @Test(arguments: [
        ([], false), ([true], false), ([false], true), ([true, false], true), ([false, true], true), ([true, true], false),
    ])
    func whatIsCommittedTogetherIsSyncedIfAnyOfItMustBe(fleeting: [Bool], isSynced: Bool) {
        #expect(fleeting.map { Transaction(isFleeting: $0) }.mustOutlivePower == isSynced)
    }

    @Test func onlyTheOwnerMayReadIt() async throws {
        try await withDirectory { directory in
            let store = try SQLiteStore.open(path: directory + "/store.db")
            try await store.commit(.put("secret", "x"))
            for name in try FileManager.default.contentsOfDirectory(atPath: directory) {
                let attributes = try FileManager.default.attributesOfItem(atPath: directory + "/" + name)
                #expect(attributes[.posixPermissions] as? Int == 0o600, "\(name)")
            }
            try await store.close()
        }
    }

    @Test func refusesADatabaseOfANewerVersion() async throws {
        try await withDirectory { directory in
            let path = directory + "/store.db"
            try await SQLiteStore.open(path: path).close()
            let database = try DatabaseQueue(path: path)
            try await database.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('v999')") }
            try database.close()
            try expectRefusal(of: path, saying: "newer version")
        }
    }

    enum Damage: CaseIterable { case noDatabase, emptied, truncated, scribbled, otherProgram, lostMainFile }

    @Test(arguments: Damage.allCases)
    func refusesADamagedFileAndLeavesIt(_ damage: Damage) async throws {
        try await withDirectory { directory in
            let path = directory + "/store.db"
            let store = try SQLiteStore.open(path: path)
            let value = Data(repeating: 1, count: 5_000)
            for index in 1...100 { try await store.commit(Transaction(writes: [.put(key: "k/\(index)", value: value)])) }
            try await store.close()
            var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            #expect(bytes.count > 400_000)
            let message: String
            switch damage {
            case .noDatabase: (bytes, message) = (Data("this is no database, only some text in a file".utf8), "damaged")
            case .emptied: (bytes, message) = (Data(), "the file is empty")
            case .truncated: (bytes, message) = (bytes.prefix(100_000), "damaged")
            case .scribbled:
                bytes.replaceSubrange(4_096..<60_000, with: Data(repeating: 0x5A, count: 60_000 - 4_096))
                message = "damaged"
            case .otherProgram:
                bytes.replaceSubrange(68..<72, with: [0, 0, 0, 1])
                message = "another program"
            case .lostMainFile:
                try bytes.write(to: URL(fileURLWithPath: path + "-wal"))
                try FileManager.default.removeItem(atPath: path)
                try expectRefusal(of: path, saying: "missing")
                #expect(!FileManager.default.fileExists(atPath: path))
                return
            }
            try bytes.write(to: URL(fileURLWithPath: path))
            try expectRefusal(of: path, saying: message)
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)).count == bytes.count)
        }
    }

    @Test func anUnfinishedCreationIsNoObstacle() async throws {
        try await withDirectory { directory in
            try Data("half".utf8).write(to: URL(fileURLWithPath: directory + "/store.db.new"))
            let store = try SQLiteStore.open(path: directory + "/store.db")
            #expect(try await store.commit(.put("a", "")) == 1)
            try await store.close()
            #expect(!FileManager.default.fileExists(atPath: directory + "/store.db.new"))
        }
    }

    @Test func aMissingDirectoryIsAnError() throws {
        try expectRefusal(of: NSTemporaryDirectory() + "no-such-directory-\(UUID())/store.db", saying: "No such file")
    }

    private func expectRefusal(of path: String, saying text: String) throws {
        do {
            _ = try SQLiteStore.open(path: path)
            Issue.record("it was opened")
        } catch StoreError.failed(let reason) {
            #expect(reason.contains(text) && reason.contains(path), "\(reason)")
        }
    }
}
