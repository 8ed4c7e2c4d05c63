import CacheModel
import Foundation
import Sealing

/// The directory of one process: its working directory, with its configuration, its data and its logs.
///
/// That of a process whose data is sealed is in memory, and its sealed files are in the one of its name on the disk (`vault`).
struct ProcessDirectory: Sendable {
    let data: DataDirectory
    let process: String
    var seal: ProcessSpec.Seal?

    init(data: DataDirectory, process: String, seal: ProcessSpec.Seal? = nil) {
        self.data = data
        self.process = process
        self.seal = seal
    }

    init(data: DataDirectory, _ spec: ProcessSpec) {
        self.init(data: data, process: spec.id, seal: spec.seal)
    }

    /// Where there is no memory for what must be in memory, it is a path that can't be: never one on the disk.
    var path: String { seal == nil ? vault : (data.memory?.nodes ?? "/dev/null") + "/" + process }
    var vault: String { data.directory(of: process) }
    var output: String { path + "/output.log" }

    private static let removing = ".removing-"

    /// Makes it complete: the directory, the seeds, without what is to be set aside, then the files. Blocks for as long as the seeds
    /// take to copy. Ended at any point it has lost nothing, and can be done again; and nothing is taken from it before all copies are
    /// whole, so that one that fails leaves it as it was.
    ///
    /// Returns the files that seeds were to replace and for which there was no source.
    /// `key` opens what is sealed; without it a start that needs any of that is refused. `complain` hears of what was spoilt.
    @discardableResult
    func prepare(
        _ spec: ProcessSpec, key: DataKey? = nil, complain: (HostError) -> Void = { _ in }
    ) throws(HostError) -> [String] {
        try Self.checkNames(spec)
        for directory in seal == nil ? [path] : [vault, path] {
            guard mkdir(directory, 0o700) == 0 || errno == EEXIST else { throw .last(directory) }
        }
        turnLogs()
        let time = Self.now
        let aside = spec.setAside ?? []
        try unseal(except: Set(aside), key, at: time).forEach(complain)
        let (copies, stayed) = try copy(spec.seeds, asIfWithout: Set(aside), key)
        for copy in copies { try put(copy.draft, inPlaceOf: copy.file, at: time) }
        try setAside(aside.filter { name in !copies.contains { $0.file == name } }, at: time)
        try setSealedAside(aside, at: time)
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
        try leaveMemory()
        try remove(from: data.nodes)
    }

    private func remove(from nodes: String) throws(HostError) {
        let (path, removing) = (nodes + "/" + process, nodes + "/" + Self.removing + process)
        if rename(path, removing) != 0 {
            switch errno {
            case ENOENT: break
            case EEXIST, ENOTEMPTY:
                try Self.removeTree(removing)
                guard rename(path, removing) == 0 else { throw .last(path) }
            default: throw .last(path)
            }
        }
        try Self.removeTree(removing)
    }

    /// For when nothing runs here, and all that is to be kept is sealed.
    func leaveMemory() throws(HostError) {
        if seal != nil, let nodes = data.memory?.nodes { try remove(from: nodes) }
    }

    /// Finishes what a crash interrupted. Returns the directories that could not be removed, with the reason.
    static func finishRemovals(in data: DataDirectory) -> [(path: String, failure: HostError)] {
        var failures: [(path: String, failure: HostError)] = []
        for nodes in data.allNodes {
            for name in (try? FileManager.default.contentsOfDirectory(atPath: nodes)) ?? [] where name.hasPrefix(removing) {
                do throws(HostError) {
                    try removeTree(nodes + "/" + name)
                } catch {
                    failures.append((nodes + "/" + name, error))
                }
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
