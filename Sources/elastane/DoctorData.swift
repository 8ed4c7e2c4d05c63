import ControlPlane
import Foundation
import Host
import Store

extension Examination {
    /// Bytes: with less, engines that save soon fill the disk.
    private static let spareSpace = 1 << 30
    /// Bytes: with less, nothing can be relied on to be recorded.
    private static let leastSpace = 100 << 20

    /// Looks at a data directory, and at what its records say. Nothing is said where there is none yet.
    static func data(_ path: String, keyring: KeyringSetting) -> [Finding] {
        guard var directory = try? DataDirectory(existing: path),
            FileManager.default.fileExists(atPath: directory.path + "/elastane.sqlite")
        else { return [] }
        directory.memory = MemoryDirectory(notedIn: directory)
        let database = directory.path + "/elastane.sqlite"
        do {
            let survey = Survey(try SQLiteStore.records(at: database))
            return [space(directory.path)].compactMap(\.self) + groups(survey, in: directory) + memcached(survey, in: directory)
                + certificates(survey, in: directory, at: Date()) + Self.keyring(survey, keyring)
        } catch {
            let reason = if case .failed(let reason) = error { reason } else { "\(error)" }
            return [space(directory.path)].compactMap(\.self) + [
                Finding(
                    subject: "records", level: .missing, detail: reason,
                    remedy: "Restore \(database) from a backup. Until then no service starts on it, and nothing is lost by waiting.")
            ]
        }
    }

    /// Nil where the system doesn't say.
    private static func space(_ path: String) -> Finding? {
        guard let facts = try? FileManager.default.attributesOfFileSystem(forPath: path),
            let free = (facts[.systemFreeSize] as? NSNumber)?.intValue
        else { return nil }
        let detail = "\(free >> 20) MiB are free in \(path)"
        if free >= spareSpace { return Finding(subject: "disk space", level: .fine, detail: detail) }
        return Finding(
            subject: "disk space", level: free < leastSpace ? .missing : .advice,
            detail: free < leastSpace ? "only \(detail): saving data, and recording changes, may fail" : detail,
            remedy: "Free some: a node that saves needs as much again as its data, and groups that are deleted give theirs back.")
    }
}
