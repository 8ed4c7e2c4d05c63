import Foundation
import Store
import Testing

/// Prints figures; run with `STORE_BENCHMARK=1`.
@Suite(.serialized, .enabled(if: ProcessInfo.processInfo.environment["STORE_BENCHMARK"] != nil))
struct StoreThroughput {
    @Test(arguments: [1, 8, 32, 128])
    func commits(_ concurrent: Int) async throws {
        try await Backend.sqlite.withStore { store in
            let clock = ContinuousClock()
            let total = 4_096
            let value = Data(repeating: 120, count: 2_000)
            let elapsed = try await clock.measure {
                try await withThrowingDiscardingTaskGroup { group in
                    for worker in 0..<concurrent {
                        group.addTask {
                            for index in 0..<(total / concurrent) {
                                let put = Transaction.Write.put(key: "group/\(worker)/\(index % 50)", value: value)
                                try await store.commit(Transaction(writes: [put]))
                            }
                        }
                    }
                }
            }
            print("\(concurrent) concurrent: \(Int(Double(total) / (elapsed / .seconds(1)))) commits/s")
        }
    }

    @Test func reads() async throws {
        try await Backend.sqlite.withStore { store in
            let value = Data(repeating: 120, count: 2_000)
            for index in 0..<300 { try await store.commit(Transaction(writes: [.put(key: "group/\(index)", value: value)])) }
            let clock = ContinuousClock()
            let gets = try await clock.measure { for index in 0..<10_000 { _ = try await store.get("group/\(index % 300)") } }
            let lists = try await clock.measure { for _ in 0..<500 { _ = try await store.list(prefix: "group/") } }
            print("get: \(gets / 10_000), list of 300 × 2 kB: \(lists / 500)")
        }
    }

    @Test func opening() async throws {
        try await withDirectory { directory in
            let clock = ContinuousClock()
            let create = try await clock.measure { try await SQLiteStore.open(path: directory + "/store.db").close() }
            let store = try SQLiteStore.open(path: directory + "/store.db")
            let value = Data(repeating: 120, count: 2_000)
            for index in 0..<2_000 { try await store.commit(Transaction(writes: [.put(key: "k/\(index)", value: value)])) }
            try await store.close()
            let open = try await clock.measure { try await SQLiteStore.open(path: directory + "/store.db").close() }
            print("create and close: \(create), open and close with 2000 records of 2 kB: \(open)")
        }
    }
}
