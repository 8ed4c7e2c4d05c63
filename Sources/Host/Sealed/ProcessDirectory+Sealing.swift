import CacheModel
import Foundation
import Sealing

/// Tells one state of a file from another.
struct FileMark: Equatable, Sendable {
    /// When it was written last, in nanoseconds since 1970.
    let time: Int64
    /// Bytes.
    let size: Int64

    /// Nil where there is no file, or an empty one, which has nothing to be kept.
    init?(_ path: String) {
        guard let size = PlainFile.size(path), size > 0, let time = PlainFile.modificationTime(path) else { return nil }
        (self.time, self.size) = (time, Int64(size))
    }

    init(_ header: SealedHeader) {
        (time, size) = (header.time, header.size)
    }
}

extension ProcessDirectory {
    /// A file in memory that is not on the disk as it is now.
    struct Unsealed: Sendable, Equatable {
        let name: String
        let mark: FileMark
    }

    /// `known` are the files that are known to be there, and learns of others. What was set aside in memory comes last.
    func unsealed(known: inout [String: FileMark]) -> [Unsealed] {
        guard let seal else { return [] }
        let here = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        let aside = here.filter { name in Self.originalName(ofAside: name).map(seal.files.contains) ?? false }.sorted()
        return (seal.files + aside).compactMap { name in
            guard let mark = FileMark(path + "/" + name), known[name] != mark else { return nil }
            guard sealedHeader(of: name).map(FileMark.init) != mark else {
                known[name] = mark
                return nil
            }
            return Unsealed(name: name, mark: mark)
        }
    }

    func unsealed() -> [Unsealed] {
        var known: [String: FileMark] = [:]
        return unsealed(known: &known)
    }

    /// Copies a file of memory to the disk, sealed: whole under its name once this returns, also after a loss of power, or as it was before.
    ///
    /// Throws `interrupted` soon after `isWanted` says no. What was set aside leaves memory when it is on the disk.
    func seal(_ file: Unsealed, _ key: DataKey, while isWanted: () -> Bool) throws(HostError) {
        guard let seal else { return }
        let source = path + "/" + file.name
        let (snapshot, time) = snapshot(in: source)
        let header = SealedHeader(
            process: process, file: Self.originalName(ofAside: file.name) ?? file.name, time: file.mark.time, size: file.mark.size,
            snapshot: snapshot, snapshotTime: time, key: seal.key)
        try SealedFile.seal(source, as: header, to: sealedPath(of: file.name), in: vault, key, while: isWanted)
        if Self.asideTime(file.name) != nil { unlink(source) }
    }
}
