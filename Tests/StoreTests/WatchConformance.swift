import Foundation
import Store
import Testing

/// What every store promises to those who watch it.
@Suite struct WatchConformance {
    @Test(arguments: Backend.allCases)
    func showsTheWritesUnderThePrefixOnly(_ backend: Backend) async throws {
        try await backend.withStore { store in
            try await store.commit(.put("a/0", "before"))
            let changes = await store.watch(prefix: "a/", after: 1)
            let mixed = Transaction(writes: [
                .put(key: "a/2", value: Data("x".utf8)), .put(key: "b/1", value: Data()), .delete(key: "a/0"), .delete(key: "a/none"),
                .put(key: "a/1", value: Data("y".utf8)),
            ])
            try await store.commit(.put("b", ""))
            try await store.commit(mixed)
            try await store.commit(.put("a", ""))
            try await store.commit(.delete("a/1"))
            let seen = try await within { await changes.prefix(2).reduce(into: []) { $0.append($1) } }
            #expect(
                seen == [
                    Change(
                        revision: 3,
                        writes: [.put(key: "a/2", value: Data("x".utf8)), .delete(key: "a/0"), .put(key: "a/1", value: Data("y".utf8))]
                    ),
                    Change(revision: 5, writes: [.delete(key: "a/1")]),
                ]
            )
        }
    }

    @Test(arguments: Backend.allCases)
    func beginsInThePast(_ backend: Backend) async throws {
        try await backend.withStore { store in
            for index in 1...300 { try await store.commit(.put("k/\(index)", "")) }
            for after in [0, 1, 150, 299] as [Int64] {
                let changes = await store.watch(prefix: "k/", after: after)
                let seen = try await within { await changes.prefix(Int(300 - after)).reduce(into: []) { $0.append($1.revision) } }
                #expect(seen == Array(after + 1...300))
            }
        }
    }

    @Test(arguments: Backend.allCases)
    func finishesForOneWhoComesTooLate(_ backend: Backend) async throws {
        try await backend.withStore(retainedWrites: 10) { store in
            for index in 1...30 { try await store.commit(.put("k/\(index)", "")) }
            let lost = await store.watch(prefix: "k/", after: 19)
            #expect(try await within { await lost.first { _ in true } } == nil)
            let kept = await store.watch(prefix: "k/", after: 20)
            #expect(try await within { await kept.prefix(10).reduce(0) { count, _ in count + 1 } } == 10)
        }
    }

    @Test(arguments: Backend.allCases)
    func finishesForOneWhoFallsBehind(_ backend: Backend) async throws {
        try await backend.withStore(retainedWrites: 10) { store in
            let slow = await store.watch(prefix: "", after: 0)
            for index in 1...30 { try await store.commit(.put("k/\(index)", "")) }
            let seen = try await within { await slow.reduce(into: []) { $0.append($1.revision) } }
            #expect(seen == Array(1...10), "a prefix of the truth, and then the end")
            let again = await store.watch(prefix: "", after: try await store.list(prefix: "").revision)
            try await store.commit(.put("k/31", ""))
            #expect(try await within { await again.first { _ in true } }?.revision == 31)
        }
    }

    /// A watcher that lists and then watches from that revision knows, at any time, exactly what is there.
    @Test(arguments: Backend.allCases)
    func listThenWatchMissesNothingWhileOthersCommit(_ backend: Backend) async throws {
        try await backend.withStore { store in
            try await within(.seconds(60)) {
                try await withThrowingTaskGroup(of: [String: String].self) { group in
                    for writer in 0..<8 {
                        group.addTask {
                            for index in 0..<50 {
                                try await store.commit(.put("k/\(writer)/\(index % 7)", "\(index)"))
                                if index % 5 == 4 { try await store.commit(.delete("k/\(writer)/\(index % 7)")) }
                            }
                            try await store.commit(.put("done/\(writer)", ""))
                            return [:]
                        }
                    }
                    for _ in 0..<4 { group.addTask { try await mirror(store, until: 8) } }
                    var mirrors: [[String: String]] = []
                    for try await result in group where !result.isEmpty { mirrors.append(result) }
                    var truth: [String: String] = [:]
                    for record in try await store.list(prefix: "").records {
                        truth[record.key] = String(decoding: record.value, as: UTF8.self)
                    }
                    #expect(mirrors.count == 4)
                    for mirror in mirrors { #expect(mirror == truth) }
                }
            }
        }
    }

    @Test(arguments: Backend.allCases)
    func aWatcherThatLeavesCostsNothing(_ backend: Backend) async throws {
        try await backend.withStore { store in
            for _ in 0..<100 { _ = await store.watch(prefix: "", after: 0) }
            let watching = await store.watch(prefix: "", after: 0)
            try await withThrowingDiscardingTaskGroup { group in
                group.addTask { for await _ in watching {} }
                try await store.commit(.put("a", ""))
                group.cancelAll()
            }
            #expect(try await store.commit(.put("a", "")) == 2)
        }
    }
}

/// Follows a store as a reconciler would, until this many writers are done.
private func mirror(_ store: any Store, until writers: Int) async throws -> [String: String] {
    let (records, revision) = try await store.list(prefix: "")
    var copy: [String: String] = [:]
    for record in records { copy[record.key] = String(decoding: record.value, as: UTF8.self) }
    func complete() -> Bool { copy.keys.count { $0.hasPrefix("done/") } == writers }
    if complete() { return copy }
    var last = revision
    for await change in await store.watch(prefix: "", after: revision) {
        #expect(change.revision == last + 1)
        last = change.revision
        for write in change.writes {
            switch write {
            case .put(let key, let value): copy[key] = String(decoding: value, as: UTF8.self)
            case .delete(let key): #expect(copy.removeValue(forKey: key) != nil)
            }
        }
        if complete() { break }
    }
    return copy
}
