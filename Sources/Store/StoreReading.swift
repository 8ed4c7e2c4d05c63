import Foundation
import GRDB

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension SQLiteStore {
    /// All records, by key, without opening the store: for whoever only looks, also while a service has it open.
    ///
    /// Nothing in the directory is created or changed, but for the locks of readers in the journal's index (`-shm`). Throws
    /// `StoreError.failed` where there is no database, or none that this code can be sure to read rightly.
    package static func records(at path: String) throws(StoreError) -> [Record] {
        do {
            return try StoreReading(path: path).records()
        } catch {
            throw StoreError(error, path: path)
        }
    }
}

/// A look at the database's file from outside.
///
/// While a service has it open there is a journal (`-wal`) with its index (`-shm`), and a reader joins in. Otherwise even a reader
/// would create them, so it is given a copy.
struct StoreReading {
    let path: String

    func records() throws -> [Record] {
        guard access(path, F_OK) == 0 else { throw StoreError.failed("there is no database") }
        if isOpen { return try Self.read(path) }
        let copy = NSTemporaryDirectory() + "/elastane-look-\(UUID().uuidString.lowercased())"
        guard mkdir(copy, 0o700) == 0 else { throw StoreError.failed("\(copy): \(String(cString: strerror(errno)))") }
        defer { try? FileManager.default.removeItem(atPath: copy) }
        for suffix in ["", "-wal"] where access(path + suffix, F_OK) == 0 {
            try FileManager.default.copyItem(atPath: path + suffix, toPath: copy + "/copy.sqlite" + suffix)
        }
        // A service that began meanwhile may have written while it was copied.
        return try Self.read(isOpen ? path : copy + "/copy.sqlite")
    }

    /// Also true after a service was killed: the journal and its index lie there then, and a reader needs to create neither.
    private var isOpen: Bool { access(path + "-wal", F_OK) == 0 && access(path + "-shm", F_OK) == 0 }

    private static func read(_ path: String) throws -> [Record] {
        guard try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int != 0 else {
            throw StoreError.failed("the database is damaged: the file is empty")
        }
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(5)
        let database = try DatabaseQueue(path: path, configuration: configuration)
        let records = try database.read { db in
            try SQLiteSchema.check(db)
            return try Row.fetchAll(db, sql: "SELECT key, value, version FROM record ORDER BY key").map {
                Record(key: $0[0], value: $0[1], version: $0[2])
            }
        }
        try database.close()
        return records
    }
}
