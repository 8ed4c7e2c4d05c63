import Foundation
import GRDB
import Testing

@testable import Store

@Suite struct StoreReadingTests {
    /// Every file in the directory with its contents, but for the contents of the journal's index.
    private static func files(_ directory: String) throws -> [String: Data] {
        var files: [String: Data] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: directory) {
            let contents = try Data(contentsOf: URL(fileURLWithPath: directory + "/" + name))
            files[name] = name.hasSuffix("-shm") ? Data() : contents
        }
        return files
    }

    enum State: CaseIterable { case open, closed, killed, restoredWithoutIndex }

    @Test(arguments: State.allCases)
    func readsAllAndLeavesEverythingAsItIs(_ state: State) async throws {
        try await withDirectory { directory in
            let original = directory + "/original"
            try FileManager.default.createDirectory(atPath: original, withIntermediateDirectories: true)
            let store = try SQLiteStore.open(path: original + "/store.db")
            for index in 1...20 { try await store.commit(.put("k/\(index)", "\(index)")) }
            let expected = try await store.list(prefix: "").records
            if state == .closed { try await store.close() }

            var place = original
            if state == .killed || state == .restoredWithoutIndex {
                // What a service leaves that had no chance to close.
                place = directory + "/left"
                try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
                for suffix in state == .killed ? ["", "-wal", "-shm"] : ["", "-wal"] {
                    try FileManager.default.copyItem(atPath: original + "/store.db" + suffix, toPath: place + "/store.db" + suffix)
                }
            }
            let before = try Self.files(place)
            #expect(try SQLiteStore.records(at: place + "/store.db") == expected)
            #expect(try Self.files(place) == before)
            if state == .open {
                // The service was not disturbed.
                #expect(try await store.commit(.put("k/21", "")) == 21)
                #expect(try SQLiteStore.records(at: place + "/store.db").count == 21)
            }
            if state != .closed { try await store.close() }
            if state == .killed {
                let survivor = try SQLiteStore.open(path: place + "/store.db")
                #expect(try await survivor.list(prefix: "").records == expected)
                try await survivor.close()
            }
        }
    }

    @Test func whatIsNoDatabaseOfOursIsRefused() async throws {
        try await withDirectory { directory in
            let path = directory + "/store.db"
            Self.expectFailure(path, "no database")
            try Data().write(to: URL(fileURLWithPath: path))
            Self.expectFailure(path, "empty")
            try Data("some text, and not a little of it".utf8).write(to: URL(fileURLWithPath: path))
            Self.expectFailure(path, "damaged")
            try FileManager.default.removeItem(atPath: path)
            let other = try DatabaseQueue(path: path)
            try await other.write { try $0.execute(sql: "CREATE TABLE record (key, value, version)") }
            try other.close()
            Self.expectFailure(path, "another program")
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["store.db"])
        }
    }

    private static func expectFailure(_ path: String, _ words: String) {
        do {
            _ = try SQLiteStore.records(at: path)
            Issue.record("it was read")
        } catch {
            guard case .failed(let reason) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(reason.contains(words) && reason.contains(path), "\(reason)")
        }
    }
}
