import Foundation
import GRDB

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The database's file on disk.
///
/// It is made whole under another name and then renamed, so that an empty or missing file where there used to be
/// one is recognised as a loss and never taken for a new beginning.
enum StoreFile {
    /// Makes sure that there is a database of ours at the path, readable by its owner alone.
    static func prepare(_ path: String) throws(StoreError) {
        do {
            if access(path, F_OK) != 0 { try create(path) }
            guard chmod(path, 0o600) == 0 else { throw systemError("chmod") }
            let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
            if size == 0 { throw StoreError.failed("the database is damaged: the file is empty") }
            try check(path)
        } catch {
            throw StoreError(error, path: path)
        }
    }

    /// Through a connection that can't write: opening a pool alone changes the file, which may not be ours.
    private static func check(_ path: String) throws {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(5)
        let database = try DatabaseQueue(path: path, configuration: configuration)
        try database.read(SQLiteSchema.check)
        try database.close()
    }

    private static func create(_ path: String) throws {
        if access(path + "-wal", F_OK) == 0 {
            throw StoreError.failed("the database is missing, but its journal (-wal) is there")
        }
        let draft = path + ".new"
        for leftover in [draft, draft + "-journal"] where access(leftover, F_OK) == 0 {
            guard unlink(leftover) == 0 else { throw systemError("unlink") }
        }
        let file = open(draft, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw systemError("open") }
        close(file)

        // Nothing needs a journal here: until the rename there is nothing to lose.
        let database = try DatabaseQueue(path: draft)
        try database.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")
        }
        try SQLiteSchema.migrator.migrate(database)
        try database.close()

        try sync(draft)
        guard rename(draft, path) == 0 else { throw systemError("rename") }
        try sync((path as NSString).deletingLastPathComponent)
    }

    /// Waits until a file, or the names in a directory, are on the disk.
    private static func sync(_ path: String) throws {
        let file = open(path.isEmpty ? "." : path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw systemError("open") }
        defer { close(file) }
        guard fsync(file) == 0 else { throw systemError("fsync") }
    }

    private static func systemError(_ call: String) -> StoreError {
        .failed("\(call): \(String(cString: strerror(errno)))")
    }
}

extension StoreError {
    /// What a failed call means to a caller, naming the file.
    init(_ error: any Error, path: String) {
        switch error {
        case StoreError.failed(let reason):
            self = .failed("\(path): \(reason)")
        case let error as StoreError:
            self = error
        case let error as DatabaseError where error.resultCode == .SQLITE_FULL:
            self = .failed("\(path): disk full (\(error.explanation))")
        case let error as DatabaseError where error.resultCode == .SQLITE_NOTADB || error.resultCode == .SQLITE_CORRUPT:
            self = .failed("\(path): the database is damaged, or is none; it is left as it is (\(error.explanation))")
        case let error as DatabaseError:
            self = .failed("\(path): \(error.explanation)")
        default:
            self = .failed("\(path): \(error)")
        }
    }
}

extension DatabaseError {
    /// Without the statement and its arguments: those may hold what must not be logged.
    var explanation: String {
        "\(message ?? resultCode.description), SQLite error \(extendedResultCode.rawValue)"
    }
}
