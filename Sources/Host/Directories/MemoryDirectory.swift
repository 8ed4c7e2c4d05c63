import CHost
import CacheModel
import Foundation

/// Where the directories of processes are whose data must not lie on the disk: in memory, a directory per process under `nodes/`. Closed to
/// other users.
package struct MemoryDirectory: Sendable, Equatable {
    /// The file in a data directory that names the directory in memory, for whoever looks without having been told.
    private static let note = "memory-directory"
    /// The file in a directory in memory that says whose it is.
    private static let owner = "owner"
    private static let prefix = "elastane-"

    /// Absolute, without symbolic links.
    package let path: String

    var nodes: String { path + "/nodes" }

    package func directory(of process: String) -> String { nodes + "/" + process }

    /// The one that a data directory has been using, as it is; nil if it has none, or it is gone.
    package init?(notedIn data: DataDirectory) {
        guard let text = PlainFile.text(data.path + "/" + Self.note)?.trimmingCharacters(in: .whitespacesAndNewlines), !text.isEmpty,
            let resolved = realpath(text, nil)
        else { return nil }
        defer { free(resolved) }
        path = String(cString: resolved)
        guard PlainFile.text(path + "/" + Self.owner)?.split(separator: "\n").first.map(String.init) == data.path else { return nil }
    }

    /// Makes the data directory's own under `parent`, or takes the one that is there. `isForOnce`: it may be removed once the data directory
    /// is gone.
    ///
    /// - Throws: `noMemory` where it would not be in memory, or is open to others.
    package init(creatingIn parent: String, for data: DataDirectory, isForOnce: Bool) throws(HostError) {
        guard let resolved = realpath(parent, nil) else { throw .noMemory(path: parent, reason: String(cString: strerror(errno))) }
        defer { free(resolved) }
        let home = String(cString: resolved)
        guard chost_is_in_memory(home) == 1 else { throw .noMemory(path: parent, reason: "it is not in memory (tmpfs or ramfs)") }
        path = "\(home)/\(Self.prefix)\(geteuid())-\(StableHash.digits(of: data.path))"
        if mkdir(path, 0o700) != 0, errno != EEXIST { throw .noMemory(path: parent, reason: String(cString: strerror(errno))) }
        // In a directory where everybody may make one, somebody else may have made this one.
        var facts = stat()
        guard lstat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFDIR, facts.st_uid == geteuid(), facts.st_mode & 0o077 == 0 else {
            throw .noMemory(path: path, reason: "it is open to others, or theirs")
        }
        try PlainFile.write("\(data.path)\n\(isForOnce ? "for once" : "to stay")\n", to: Self.owner, in: path)
        guard mkdir(nodes, 0o700) == 0 || errno == EEXIST else { throw .last(nodes) }
    }

    /// Whether one can be made there.
    package static func isPossible(in parent: String) -> Bool { chost_is_in_memory(parent) == 1 && access(parent, W_OK | X_OK) == 0 }

    /// Has the data directory remember it.
    package func note(in data: DataDirectory) throws(HostError) {
        try PlainFile.write(path + "\n", to: Self.note, in: data.path, durably: true)
    }

    /// Whether any process has a directory here.
    package var isInUse: Bool { !((try? FileManager.default.contentsOfDirectory(atPath: nodes)) ?? []).isEmpty }

    package func remove() throws(HostError) { try ProcessDirectory.removeTree(path) }

    /// Removes what services that were for once have left under `parent`, killed before they could: of those whose data directory is gone, and
    /// where nothing runs. Returns what was removed.
    package static func sweep(_ parent: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
        return names.map { parent + "/" + $0 }.filter { path in
            guard (path as NSString).lastPathComponent.hasPrefix("\(prefix)\(geteuid())-"), isAbandoned(path) else { return false }
            return (try? ProcessDirectory.removeTree(path)) != nil
        }
    }

    private static func isAbandoned(_ path: String) -> Bool {
        guard let lines = PlainFile.text(path + "/" + owner)?.split(separator: "\n"), lines.count == 2, lines[1] == "for once",
            access(String(lines[0]), F_OK) != 0, errno == ENOENT
        else { return false }
        return !ProcessTable.workingDirectories().contains { $0.hasPrefix(path + "/") }
    }
}
