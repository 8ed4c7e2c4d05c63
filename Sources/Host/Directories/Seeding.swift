import CacheModel
import Foundation

extension ProcessDirectory {
    /// Copies each file that seeds name and that isn't here from the first of its seeds whose source is there.
    ///
    /// Where a file is here already its seeds are not looked at: their processes may be gone. No source at all is a failure: a process
    /// that starts without the data it should have begins a new, empty history.
    func plant(_ seeds: [ProcessSpec.Seed]) throws(HostError) {
        for seed in seeds where !Self.isProcessName(seed.process) || !Self.isName(seed.file) {
            throw .system("seed \(seed.process)/\(seed.file)", code: EINVAL)
        }
        var planted: Set<String> = []
        for seed in seeds where planted.insert(seed.file).inserted && access(path + "/" + seed.file, F_OK) != 0 {
            try plant(seed.file, fromFirstOf: seeds.filter { $0.file == seed.file }.map(\.process))
        }
    }

    private func plant(_ file: String, fromFirstOf processes: [String]) throws(HostError) {
        for process in processes {
            let source = data.directory(of: process) + "/" + file
            guard !Self.isAbsent(source) else { continue }
            do throws(HostError) {
                return try copy(source, as: file)
            } catch {
                // It may have been removed while it was copied. Any other failure says nothing against this source: an older one
                // must not take its place.
                guard Self.isAbsent(source) else { throw error }
            }
        }
        throw .system("seed \(file) of \(processes.joined(separator: ", "))", code: ENOENT)
    }

    /// Unlike a source that can't be looked at.
    private static func isAbsent(_ path: String) -> Bool {
        access(path, F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR)
    }

    private func copy(_ source: String, as file: String) throws(HostError) {
        let target = path + "/" + file
        let draft = path + "/." + file + ".seed"
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
        try PlainFile.synchronise(path)
        // This directory may be as new as the copy.
        try PlainFile.synchronise(data.nodes)
    }

    private static func makeDurable(_ path: String) throws(HostError) {
        if let names = try? FileManager.default.contentsOfDirectory(atPath: path) {
            for name in names {
                try makeDurable(path + "/" + name)
            }
        }
        try PlainFile.synchronise(path)
    }
}
