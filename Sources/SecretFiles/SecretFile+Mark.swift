import Foundation

extension SecretFile {
    /// Tells one state of the file from another, its rights included.
    package struct Mark: Equatable, Sendable {
        let inode: UInt64
        let size: Int64
        /// Nanoseconds since 1970, of the contents and of all that is known of the file.
        let modified: Int64
        let changed: Int64
    }

    /// Nil if there is nothing of its name. Whatever else can't be looked at is not taken for that.
    package func mark() throws(Failure) -> Mark? {
        guard try Self.isThere(path) else { return nil }
        var facts = stat()
        guard stat(path, &facts) == 0 else { throw errno == ENOENT ? .dangling(path) : .system(path, code: errno) }
        #if canImport(Darwin)
            let (modified, changed) = (facts.st_mtimespec, facts.st_ctimespec)
        #else
            let (modified, changed) = (facts.st_mtim, facts.st_ctim)
        #endif
        return Mark(
            inode: UInt64(facts.st_ino), size: Int64(facts.st_size), modified: Self.nanoseconds(modified),
            changed: Self.nanoseconds(changed))
    }

    /// Whether there is anything of this name, be it a link to nothing.
    package static func isThere(_ path: String) throws(Failure) -> Bool {
        var facts = stat()
        if lstat(path, &facts) == 0 { return true }
        guard errno == ENOENT else { throw .system(path, code: errno) }
        return false
    }

    private static func nanoseconds(_ time: timespec) -> Int64 { Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec) }
}
