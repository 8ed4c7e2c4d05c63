import Foundation

/// Why this machine could not do what was asked of it.
package enum HostError: Error, Sendable, Equatable {
    /// Another server holds the data directory's lock. The process id is nil where the lock file did not say.
    case dataDirectoryInUse(path: String, pid: Int32?)
    /// A directory with other things in it, which would have to be closed to their owner.
    case notADataDirectory(path: String)
    /// Others may read or write it and it belongs to another user, so that it can't be closed to them.
    case notOwned(path: String)
    /// Something to be started on is sealed, and its key can't be had.
    case keyUnavailable(String)
    /// A sealed file is not as it was sealed.
    case spoilt(path: String, reason: String)
    /// Sealing was left, to be done again.
    case interrupted
    /// What would have to be kept in memory has no place there.
    case noMemory(path: String, reason: String)
    /// A system call failed: what was tried, and its errno.
    case system(String, code: Int32)

    /// The failure that errno speaks of now.
    static func last(_ attempt: String) -> HostError { .system(attempt, code: errno) }
}

extension HostError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .dataDirectoryInUse(let path, let pid):
            let holder = pid.map { "process \($0)" } ?? "another process"
            return "the data directory \(path) is in use by \(holder): one server per data directory"
        case .notADataDirectory(let path):
            return "\(path) holds other files: choose a new or empty directory for the data"
        case .notOwned(let path):
            return "\(path) is open to other users and belongs to another one: make it yours, or choose another directory"
        case .keyUnavailable(let reason): return "what it is to be started on is encrypted, and the key can't be had: \(reason)"
        case .spoilt(let path, let reason): return "\(path): \(reason)"
        case .interrupted: return "it was interrupted"
        case .noMemory(let path, let reason): return "\(path) is no place for data that must not lie on the disk: \(reason)"
        case .system(let attempt, let code):
            return "\(attempt): \(String(cString: strerror(code)))"
        }
    }
}
