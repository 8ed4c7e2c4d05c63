import Foundation
import SecretFiles

/// Remembers in a data directory that keys were kept for it. Once it does, a file of keys that is gone is not taken for one that never was:
/// that would let everybody in.
///
/// It is an empty file, and is for its operator alone to remove.
package struct KeptKeys: Sendable {
    package static let name = "credentials.kept"

    package let path: String

    package init(dataDirectory: String) {
        path = "\(dataDirectory)/\(Self.name)"
    }

    package func isRemembered() throws(CredentialsFile.Failure) -> Bool {
        try CredentialsFile.failing { () throws(SecretFile.Failure) in try SecretFile.isThere(path) }
    }

    /// Survives a loss of power once it returns.
    package func remember() throws(CredentialsFile.Failure) {
        // It may be another user's, whose it is alone.
        if try isRemembered() { return }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw .system(path, code: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .system(path, code: errno) }
        let directory = (path as NSString).deletingLastPathComponent
        try CredentialsFile.failing { () throws(SecretFile.Failure) in try SecretFile.syncDirectory(directory) }
    }
}
