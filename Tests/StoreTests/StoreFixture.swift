import Foundation
import Store
import Testing

/// The stores that keep the contract.
enum Backend: String, CaseIterable, CustomTestStringConvertible {
    case memory, sqlite

    var testDescription: String { rawValue }

    /// A fresh store, gone with its files afterwards.
    func withStore<T>(retainedWrites: Int = 10_000, _ body: (any Store) async throws -> T) async throws -> T {
        switch self {
        case .memory:
            let store = MemoryStore(retainedWrites: retainedWrites)
            let result = try await body(store)
            await store.close()
            return result
        case .sqlite:
            return try await withDirectory { directory in
                let store = try SQLiteStore.open(path: directory + "/store.db", retainedWrites: retainedWrites)
                let result = try await body(store)
                try await store.close()
                return result
            }
        }
    }
}

/// Runs the body with a new directory, removed afterwards.
func withDirectory<T>(_ body: (String) async throws -> T) async throws -> T {
    let directory = NSTemporaryDirectory() + "store-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    return try await body(directory)
}

struct TookTooLong: Error {}

/// Runs the body with a deadline.
func within<T: Sendable>(_ limit: Duration = .seconds(20), _ body: @escaping @Sendable () async throws -> T) async throws -> T {
    try await withThrowingTaskGroup(of: T.self) { group in
        group.addTask { try await body() }
        group.addTask {
            try await Task.sleep(for: limit)
            throw TookTooLong()
        }
        defer { group.cancelAll() }
        guard let first = try await group.next() else { throw TookTooLong() }
        return first
    }
}

extension Transaction {
    static func put(_ key: String, _ value: String, at version: Int64? = nil) -> Transaction {
        Transaction(
            conditions: version.map { [Condition(key: key, version: $0)] } ?? [],
            writes: [.put(key: key, value: Data(value.utf8))]
        )
    }

    static func delete(_ keys: String...) -> Transaction {
        Transaction(writes: keys.map { .delete(key: $0) })
    }
}

extension Store {
    func text(_ key: String) async throws -> String? {
        try await get(key).map { String(decoding: $0.value, as: UTF8.self) }
    }
}
