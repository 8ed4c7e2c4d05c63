import CHost
import CacheModel
import Foundation
import Sealing

extension ProcessDirectory {
    /// The copy of a file, whole, and not yet under the file's name.
    struct Copy {
        let file: String
        let draft: String
    }

    /// Copies each file that seeds name and that isn't here, or is to be replaced, from the first of its seeds whose source is there. What
    /// is going to be set aside counts as if it weren't here.
    ///
    /// Where a file is here only its seeds that replace it are looked at; with no source it stays. One that isn't here and has no source
    /// is a failure: a process that starts without the data it should have begins a new, empty history. After a failure there are no copies.
    ///
    /// Returns the copies, and the files that were to be replaced and stayed.
    func copy(
        _ seeds: [ProcessSpec.Seed], asIfWithout absent: Set<String>, _ key: DataKey? = nil
    ) throws(HostError) -> (copies: [Copy], stayed: [String]) {
        var seen: Set<String> = []
        var copies: [Copy] = []
        var stayed: [String] = []
        do throws(HostError) {
            for file in seeds.map(\.file) where seen.insert(file).inserted {
                let isHere = access(path + "/" + file, F_OK) == 0
                let isOwn = isHere && !absent.contains(file)
                let sources = seeds.filter { $0.file == file && (!isOwn || $0.replaces == true) }.map(\.process)
                guard !sources.isEmpty else { continue }
                if let draft = try copy(file, fromFirstOf: sources, key) {
                    copies.append(Copy(file: file, draft: draft))
                } else {
                    guard isOwn else { throw .system("seed \(file) of \(sources.joined(separator: ", "))", code: ENOENT) }
                    stayed.append(file)
                }
            }
        } catch {
            for copy in copies { try? FileManager.default.removeItem(atPath: copy.draft) }
            throw error
        }
        return (copies, stayed)
    }

    /// Returns where the copy is; nil where there is no source.
    private func copy(_ file: String, fromFirstOf processes: [String], _ key: DataKey?) throws(HostError) -> String? {
        for process in processes {
            // Members of a group are all sealed, or none is.
            let sibling = ProcessDirectory(data: data, process: process, seal: seal)
            let source = sibling.path + "/" + file
            guard !Self.isAbsent(source) else {
                guard sibling.isOnlySealed(file) else { continue }
                let draft = draftPath(of: file)
                try sibling.unseal(file, to: draft, key)
                return draft
            }
            do throws(HostError) {
                return try copy(source, as: file)
            } catch {
                // It may have been removed while it was copied. Any other failure says nothing against this source: an older one
                // must not take its place.
                guard Self.isAbsent(source) else { throw error }
            }
        }
        return nil
    }

    private func draftPath(of file: String) -> String { path + "/." + file + ".seed" }

    /// Unlike a source that can't be looked at.
    private static func isAbsent(_ path: String) -> Bool {
        access(path, F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR)
    }

    /// Returns where the copy is. It would survive a loss of power: the source may be removed as soon as this process runs.
    private func copy(_ source: String, as file: String) throws(HostError) -> String {
        let draft = draftPath(of: file)
        do {
            // What an interrupted copy left behind.
            if access(draft, F_OK) == 0 { try FileManager.default.removeItem(atPath: draft) }
            try FileManager.default.copyItem(atPath: source, toPath: draft)
        } catch {
            let code = errno
            try? FileManager.default.removeItem(atPath: draft)
            throw .system("copying \(source): \(error)", code: code)
        }
        try Self.makeDurable(draft)
        return draft
    }

    /// Gives a whole copy its name. What has that name is set aside, and the two change places in one step: the name always has a file,
    /// whenever this ends, and neither is lost.
    func put(
        _ draft: String, inPlaceOf file: String, at time: Int64,
        exchange: (UnsafePointer<CChar>, UnsafePointer<CChar>) -> Int32 = chost_exchange
    ) throws(HostError) {
        let target = path + "/" + file
        if access(target, F_OK) == 0 {
            let aside = asidePath(of: file, at: time)
            guard rename(draft, aside) == 0 else { throw .last(aside) }
            if exchange(aside, target) != 0 {
                // A file system that can't do it in one step. Ended between these two, there is no file, and the next start copies anew.
                guard [EINVAL, ENOSYS, ENOTSUP].contains(errno) else { throw .last(target) }
                guard rename(target, asidePath(of: file, at: time)) == 0, rename(aside, target) == 0 else { throw .last(target) }
            }
        } else {
            guard rename(draft, target) == 0 else { throw .last(target) }
        }
        try PlainFile.synchronise(path)
        // This directory may be as new as the copy.
        try PlainFile.synchronise((path as NSString).deletingLastPathComponent)
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
