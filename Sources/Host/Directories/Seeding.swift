import CacheModel
import Foundation

extension ProcessDirectory {
    /// Copies the seed from the other process's directory, unless something of its name is here already.
    ///
    /// A seed that isn't there is a failure: a process that starts without the data it should have begins a new, empty history.
    func plant(_ seed: ProcessSpec.Seed) throws(HostError) {
        guard Self.isProcessName(seed.process), Self.isName(seed.file) else {
            throw .system("seed \(seed.process)/\(seed.file)", code: EINVAL)
        }
        let target = path + "/" + seed.file
        guard access(target, F_OK) != 0 else { return }
        let source = data.directory(of: seed.process) + "/" + seed.file
        guard access(source, R_OK) == 0 else { throw .last("seed \(source)") }
        let draft = path + "/." + seed.file + ".seed"
        do {
            // What an interrupted copy left behind.
            if access(draft, F_OK) == 0 { try FileManager.default.removeItem(atPath: draft) }
            try FileManager.default.copyItem(atPath: source, toPath: draft)
        } catch {
            let code = errno
            try? FileManager.default.removeItem(atPath: draft)
            throw .system("copying \(source): \(error)", code: code)
        }
        // The source may be removed as soon as this process runs: the copy must outlive a loss of power.
        try Self.makeDurable(draft)
        guard rename(draft, target) == 0 else { throw .last(target) }
        try Self.synchronise(path)
    }

    private static func makeDurable(_ path: String) throws(HostError) {
        if let names = try? FileManager.default.contentsOfDirectory(atPath: path) {
            for name in names {
                try makeDurable(path + "/" + name)
            }
        }
        try synchronise(path)
    }

    private static func synchronise(_ path: String) throws(HostError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .last(path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .last(path) }
    }
}
