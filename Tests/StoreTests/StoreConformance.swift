import Foundation
import Store
import Testing

/// What every store promises. An implementation joins by being a `Backend`.
@Suite struct StoreConformance {
    @Test(arguments: Backend.allCases)
    func valuesComeBackAsTheyWere(_ backend: Backend) async throws {
        try await backend.withStore { store in
            let values = [Data(), Data([0]), Data((0...255).map(UInt8.init)), Data(repeating: 7, count: 1 << 20)]
            for (index, value) in values.enumerated() {
                let revision = try await store.commit(Transaction(writes: [.put(key: "v/\(index)", value: value)]))
                #expect(try await store.get("v/\(index)") == Record(key: "v/\(index)", value: value, version: revision))
            }
            #expect(try await store.get("v") == nil)
        }
    }

    @Test(arguments: Backend.allCases)
    func revisionsGrowByOneWithEachCommitThatWrote(_ backend: Backend) async throws {
        try await backend.withStore { (store: any Store) async throws in
            #expect(try await store.list(prefix: "").revision == 0)
            #expect(try await store.commit(.put("a", "1")) == 1)
            #expect(try await store.commit(Transaction()) == 1)
            #expect(try await store.commit(.delete("absent")) == 1)
            let two = Transaction(writes: [.put(key: "a", value: Data()), .put(key: "b", value: Data()), .delete(key: "absent")])
            #expect(try await store.commit(two) == 2)
            #expect(try await store.get("a")?.version == 2)
            #expect(try await store.commit(.delete("a")) == 3)
            #expect(try await store.get("a") == nil)
            #expect(try await store.list(prefix: "").revision == 3)
        }
    }

    @Test(arguments: Backend.allCases)
    func comparesAndSets(_ backend: Backend) async throws {
        try await backend.withStore { store in
            let first = try await store.commit(.put("k", "1", at: 0))
            await #expect(throws: StoreError.conflict(key: "k")) { try await store.commit(.put("k", "2", at: 0)) }
            let second = try await store.commit(.put("k", "2", at: first))
            await #expect(throws: StoreError.conflict(key: "k")) { try await store.commit(.put("k", "3", at: first)) }
            #expect(try await store.text("k") == "2")
            try await store.commit(Transaction(conditions: [.init(key: "k", version: second)], writes: [.delete(key: "k")]))
            await #expect(throws: StoreError.conflict(key: "k")) { try await store.commit(.put("k", "4", at: second)) }
            #expect(try await store.commit(.put("k", "5", at: 0)) == 4)
        }
    }

    @Test(arguments: Backend.allCases)
    func conflictLeavesNothing(_ backend: Backend) async throws {
        try await backend.withStore { store in
            try await store.commit(.put("a", "1"))
            let changes = await store.watch(prefix: "", after: 1)
            let transaction = Transaction(
                conditions: [.init(key: "a", version: 1), .init(key: "guard", version: 9)],
                writes: [.put(key: "a", value: Data("2".utf8)), .put(key: "b", value: Data()), .delete(key: "a2")]
            )
            await #expect(throws: StoreError.conflict(key: "guard")) { try await store.commit(transaction) }
            #expect(try await store.text("a") == "1")
            #expect(try await store.get("b") == nil)
            #expect(try await store.list(prefix: "").revision == 1)
            #expect(try await store.commit(.put("c", "")) == 2)
            #expect(try await within { await changes.first { _ in true } }?.revision == 2)
        }
    }

    @Test(arguments: Backend.allCases)
    func refusesWhatItCouldNotKeep(_ backend: Backend) async throws {
        try await backend.withStore { store in
            let twice = Transaction(writes: [.put(key: "a", value: Data()), .delete(key: "a")])
            let unsound = [twice, .put("a\0b", ""), .delete("\0"), Transaction(conditions: [.init(key: "\0", version: 0)])]
            for transaction in unsound {
                await #expect { try await store.commit(transaction) } throws: { error in
                    if case StoreError.failed = error { true } else { false }
                }
            }
            try await store.commit(.put("a", ""))
            #expect(try await store.get("a\0b") == nil)
            #expect(try await store.list(prefix: "a\0").records.isEmpty)
        }
    }

    @Test(arguments: Backend.allCases)
    func listsByPrefixInTheOrderOfBytes(_ backend: Backend) async throws {
        try await backend.withStore { store in
            let composed = "\u{E9}"
            let decomposed = "e\u{301}"
            let keys = [
                "", "A", "a", "a%", "a%b", "a/", "a/b", "a/c", "a0", "a_", "a_b", "ab", "b", "\u{7F}", "\u{80}", composed, decomposed,
                "\u{FFFF}", "\u{10000}", "\u{10FFFF}", "a/\u{10FFFF}", "a/\u{10FFFF}\u{10FFFF}",
            ]
            for key in keys.shuffled() { try await store.commit(.put(key, key)) }
            let sorted = keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            for prefix in ["", "a", "a/", "a%", "a_", "a/b", "z", "\u{7F}", "e", composed, "\u{10FFFF}", "a/\u{10FFFF}"] {
                let found = try await store.list(prefix: prefix).records.map { Array($0.key.utf8) }
                #expect(found == sorted.filter { $0.utf8.starts(with: prefix.utf8) }.map { Array($0.utf8) }, "prefix \(prefix)")
            }
            #expect(try await store.text(decomposed).map { Array($0.utf8) } == Array(decomposed.utf8))
        }
    }

    @Test(arguments: Backend.allCases)
    func concurrentIncrementsLoseNothing(_ backend: Backend) async throws {
        try await backend.withStore { store in
            try await store.commit(.put("n", "0"))
            try await within(.seconds(60)) {
                try await withThrowingDiscardingTaskGroup { group in
                    for _ in 0..<16 {
                        group.addTask { for _ in 0..<20 { try await increment("n", in: store) } }
                    }
                }
            }
            #expect(try await store.text("n") == "320")
            #expect(try await store.list(prefix: "").revision == 321)
        }
    }

    @Test(arguments: Backend.allCases)
    func concurrentCommitsEachHaveARevision(_ backend: Backend) async throws {
        try await backend.withStore { store in
            let revisions = try await withThrowingTaskGroup(of: Int64.self) { group in
                for index in 0..<500 { group.addTask { try await store.commit(.put("k/\(index)", "v", at: 0)) } }
                return try await group.reduce(into: Set<Int64>()) { $0.insert($1) }
            }
            #expect(revisions == Set(1...500))
            let listed = try await store.list(prefix: "k/")
            #expect(Set(listed.records.map(\.version)) == revisions)
        }
    }

    @Test(arguments: Backend.allCases)
    func afterItIsClosedItRefuses(_ backend: Backend) async throws {
        try await backend.withStore { store in
            let changes = await store.watch(prefix: "", after: 0)
            if let store = store as? MemoryStore { await store.close() }
            if let store = store as? SQLiteStore { try await store.close() }
            await #expect(throws: StoreError.self) { try await store.commit(.put("a", "")) }
            await #expect(throws: StoreError.self) { try await store.get("a") }
            #expect(try await within { await changes.first { _ in true } } == nil)
            let late = await store.watch(prefix: "", after: 0)
            #expect(try await within { await late.first { _ in true } } == nil)
        }
    }
}

private func increment(_ key: String, in store: any Store) async throws {
    while true {
        guard let record = try await store.get(key), let value = Int(String(decoding: record.value, as: UTF8.self)) else {
            throw StoreError.failed("no counter")
        }
        do {
            try await store.commit(.put(key, "\(value + 1)", at: record.version))
            return
        } catch StoreError.conflict {
            continue
        }
    }
}
