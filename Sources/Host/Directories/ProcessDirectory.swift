import CacheModel
import Foundation

/// The directory of one process: its working directory, with its configuration, its data and its logs.
struct ProcessDirectory: Sendable {
    let data: DataDirectory
    let process: String

    var path: String { data.directory(of: process) }
    var output: String { path + "/output.log" }

    private static let removing = ".removing-"
    private var removingPath: String { data.nodes + "/" + Self.removing + process }

    /// Makes it complete: the directory, the seeds, without what is to be set aside, then the files. Blocks for as long as the seeds
    /// take to copy. Ended at any point it has lost nothing, and can be done again; and nothing is taken from it before all copies are
    /// whole, so that one that fails leaves it as it was.
    ///
    /// Returns the files that seeds were to replace and for which there was no source.
    @discardableResult
    func prepare(_ spec: ProcessSpec) throws(HostError) -> [String] {
        try Self.checkNames(spec)
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw .last(path) }
        turnLogs()
        let time = Self.now
        let aside = spec.setAside ?? []
        let (copies, stayed) = try copy(spec.seeds, asIfWithout: Set(aside))
        for copy in copies { try put(copy.draft, inPlaceOf: copy.file, at: time) }
        try setAside(aside.filter { name in !copies.contains { $0.file == name } }, at: time)
        for file in spec.files {
            let isKept = file.policy == .ifAbsent
            // An engine takes an empty one for none, and begins anew with another.
            if isKept, let size = PlainFile.size(path + "/" + file.name), size > 0 { continue }
            // The others are written anew before every start.
            try PlainFile.write(file.contents, to: file.name, in: path, durably: isKept)
        }
        return stayed
    }

    /// Writes the files that are replaced while the process runs. Each is complete under its name at any moment. Blocks.
    func writeLive(_ spec: ProcessSpec) throws(HostError) {
        try Self.checkNames(spec)
        for file in spec.files where file.policy == .live {
            try PlainFile.write(file.contents, to: file.name, in: path, durably: true)
        }
    }

    private static func checkNames(_ spec: ProcessSpec) throws(HostError) {
        for name in spec.files.map(\.name) + (spec.setAside ?? []) where !isName(name) {
            throw .system("file name \(name)", code: EINVAL)
        }
        for seed in spec.seeds where !isProcessName(seed.process) || !isName(seed.file) {
            throw .system("seed \(seed.process)/\(seed.file)", code: EINVAL)
        }
    }

    /// Renamed first, so that a crash in between leaves something that says what it is. Blocks.
    func remove() throws(HostError) {
        if rename(path, removingPath) != 0 {
            switch errno {
            case ENOENT: break
            case EEXIST, ENOTEMPTY:
                try Self.removeTree(removingPath)
                guard rename(path, removingPath) == 0 else { throw .last(path) }
            default: throw .last(path)
            }
        }
        try Self.removeTree(removingPath)
    }

    /// Finishes what a crash interrupted. Returns the directories that could not be removed, with the reason.
    static func finishRemovals(in data: DataDirectory) -> [(path: String, failure: HostError)] {
        var failures: [(path: String, failure: HostError)] = []
        let names = (try? FileManager.default.contentsOfDirectory(atPath: data.nodes)) ?? []
        for name in names where name.hasPrefix(removing) {
            do throws(HostError) {
                try removeTree(data.nodes + "/" + name)
            } catch {
                failures.append((data.nodes + "/" + name, error))
            }
        }
        return failures
    }

    /// A name that can't lead out of the directory.
    static func isName(_ name: String) -> Bool {
        !name.isEmpty && name != "." && name != ".." && name.utf8.count <= 200 && !name.utf8.contains { $0 == 0x2F || $0 == 0 }
    }

    /// A name that a process may have: it becomes a directory's.
    static func isProcessName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 200
            && name.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
    }

    static func removeTree(_ path: String) throws(HostError) {
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            if access(path, F_OK) != 0 && errno == ENOENT { return }
            throw .system("removing \(path): \(error)", code: errno)
        }
    }
}
