import CHost
import Foundation

/// Where one server keeps everything: its records, and under `nodes/` a directory per process. Closed to other users.
package struct DataDirectory: Sendable, Equatable {
    /// Absolute, without symbolic links, so that it can be compared with what the system says of a process.
    package let path: String
    /// Where the directories of processes are whose data must not lie on the disk; nil: nowhere.
    package var memory: MemoryDirectory?

    /// Creates the directory (0700) and those above it where they are missing; closes an existing one to other users.
    ///
    /// - Throws: `notADataDirectory` or `notOwned` rather than change the rights of a directory that serves something else.
    package init(creating path: String) throws(HostError) {
        let absolute = URL(fileURLWithPath: path).standardizedFileURL.path
        try Self.createParents(of: absolute)
        if mkdir(absolute, 0o700) != 0 {
            guard errno == EEXIST else { throw .last(absolute) }
            try Self.close(absolute)
        }
        try self.init(existing: absolute)
        guard mkdir(nodes, 0o700) == 0 || errno == EEXIST else { throw .last(nodes) }
    }

    /// The directory as it is; for commands that must not create one.
    package init(existing path: String) throws(HostError) {
        guard let resolved = realpath(path, nil) else { throw .last(path) }
        defer { free(resolved) }
        self.path = String(cString: resolved)
    }

    package var nodes: String { path + "/nodes" }

    package func directory(of process: String) -> String { nodes + "/" + process }

    /// Of both kinds: each has a directory per process.
    var allNodes: [String] { [nodes] + [memory?.nodes].compactMap(\.self) }

    var lockFile: String { path + "/lock" }

    private static func createParents(of path: String) throws(HostError) {
        let parent = (path as NSString).deletingLastPathComponent
        guard parent != path, !parent.isEmpty, access(parent, F_OK) != 0 else { return }
        try createParents(of: parent)
        guard mkdir(parent, 0o755) == 0 || errno == EEXIST else { throw .last(parent) }
    }

    private static func close(_ path: String) throws(HostError) {
        var facts = stat()
        guard stat(path, &facts) == 0 else { throw .last(path) }
        guard facts.st_mode & S_IFMT == S_IFDIR else { throw .system(path, code: ENOTDIR) }
        guard facts.st_mode & 0o077 != 0 else { return }
        guard isOurs(path) else { throw .notADataDirectory(path: path) }
        guard facts.st_uid == geteuid() else { throw .notOwned(path: path) }
        guard chmod(path, 0o700) == 0 else { throw .last(path) }
    }

    /// Whether it has been a data directory before, or nothing yet: `--data-dir /tmp` must not close /tmp to everybody.
    private static func isOurs(_ path: String) -> Bool {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else { return false }
        return names.contains("nodes") || names.allSatisfy { $0 == "lost+found" }
    }
}
