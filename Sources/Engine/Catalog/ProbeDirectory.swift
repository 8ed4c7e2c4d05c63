import CHost
import Foundation

/// A directory for one probe, which nobody else can enter, with a path short enough for a socket in it.
///
/// A lock in it says that its probe still runs. What a probe that was killed left behind the next one removes.
struct ProbeDirectory: Sendable {
    private static let prefix = "elastane-probe."
    private static let lock = "lock"
    /// Seconds: by then a directory has its lock, if it will ever have one.
    private static let youngest = 60

    let path: String
    private let lock: Int32

    /// Every call blocks.
    static func make(in parent: String = parent) throws(ProbeFailure) -> ProbeDirectory {
        var template = Array((parent + "/" + prefix + "XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else { throw .noDirectory(errno: errno) }
        let path = template.withUnsafeBufferPointer { buffer in
            String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
        let lock = open(path + "/" + Self.lock, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0, chost_lock(lock) == 0 else {
            let code = errno
            if lock >= 0 { close(lock) }
            rmdir(path)
            throw .noDirectory(errno: code)
        }
        return ProbeDirectory(path: path, lock: lock)
    }

    func remove() {
        try? FileManager.default.removeItem(atPath: path)
        close(lock)
    }

    /// Removes the directories of probes that are no more. What can't be removed stays: it costs nothing but its place.
    static func removeLeftovers(in parent: String = parent, now: time_t = time(nil)) {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? [] where name.hasPrefix(prefix) {
            let path = parent + "/" + name
            var facts = stat()
            guard lstat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFDIR, facts.st_uid == geteuid(),
                modified(facts) < now - youngest
            else { continue }
            let lock = open(path + "/" + Self.lock, O_RDWR | O_CLOEXEC)
            defer {
                if lock >= 0 { close(lock) }
            }
            let isLeft = lock >= 0 ? chost_lock(lock) == 0 : errno == ENOENT
            if isLeft { try? FileManager.default.removeItem(atPath: path) }
        }
    }

    private static func modified(_ facts: stat) -> time_t {
        #if canImport(Darwin)
            facts.st_mtimespec.tv_sec
        #else
            facts.st_mtim.tv_sec
        #endif
    }

    static var parent: String {
        let temporary = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        return temporary.utf8.count <= 60 ? temporary : "/tmp"
    }
}
