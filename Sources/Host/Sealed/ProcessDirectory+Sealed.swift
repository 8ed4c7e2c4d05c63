import CacheModel
import Foundation
import Sealing

/// What of a process's files is on the disk, sealed: `NAME.sealed` in its vault.
extension ProcessDirectory {
    static let sealedSuffix = ".sealed"

    func sealedPath(of name: String) -> String { vault + "/" + name + Self.sealedSuffix }

    /// The name of the file that a sealed one is of; any other name as it is.
    static func unsealedName(_ name: String) -> String {
        name.hasSuffix(sealedSuffix) ? String(name.dropLast(sealedSuffix.count)) : name
    }

    /// What a sealed file says of itself, without having been opened; nil where there is none, or none of ours.
    func sealedHeader(of name: String) -> SealedHeader? {
        guard seal != nil else { return nil }
        return SealedFile.header(sealedPath(of: name))
    }

    /// Whether there is a sealed file of that name and, in memory, none.
    func isOnlySealed(_ name: String) -> Bool {
        seal != nil && access(path + "/" + name, F_OK) != 0 && errno == ENOENT && access(sealedPath(of: name), F_OK) == 0
    }

    /// Whether a start by this spec has to open something.
    func needsKey(_ spec: ProcessSpec) -> Bool {
        guard let seal else { return false }
        let aside = Set(spec.setAside ?? [])
        return seal.files.contains { !aside.contains($0) && isOnlySealed($0) }
            || spec.seeds.contains { ProcessDirectory(data: data, process: $0.process, seal: seal).isOnlySealed($0.file) }
    }

    /// Opens what is only on the disk, as after a restart of the machine.
    ///
    /// What can't be opened because it was changed is set aside, and in its place is a file that no engine takes: the engine's complaint leads to
    /// what follows any other spoilt file.
    ///
    /// Returns what was spoilt.
    func unseal(except aside: Set<String>, _ key: DataKey?, at time: Int64) throws(HostError) -> [HostError] {
        var spoilt: [HostError] = []
        for name in seal?.files ?? [] where !aside.contains(name) && isOnlySealed(name) {
            let draft = path + "/." + name + ".unsealed"
            do throws(HostError) {
                try unseal(name, to: draft, key)
            } catch .spoilt(let sealed, let reason) {
                spoilt.append(.spoilt(path: sealed, reason: reason))
                try replaceSpoilt(name, at: time)
                continue
            }
            guard rename(draft, path + "/" + name) == 0 else { throw .last(path + "/" + name) }
        }
        return spoilt
    }

    /// It keeps its name, too, until what is in its place is sealed over it: at no moment would a start find nothing, and begin anew.
    private func replaceSpoilt(_ name: String, at time: Int64) throws(HostError) {
        let aside = sealedPath(of: asideName(of: name, at: time))
        guard link(sealedPath(of: name), aside) == 0 else { throw .last(aside) }
        try PlainFile.synchronise(vault)
        try PlainFile.write("It was spoilt on the disk.\n", to: name, in: path)
    }

    /// Opens one file. It is whole under its new name, or there is nothing of that name.
    func unseal(_ name: String, to target: String, _ key: DataKey?) throws(HostError) {
        guard let key else { throw .keyUnavailable("nobody has told it") }
        try SealedFile.unseal(sealedPath(of: name), of: process, name, to: target, key)
    }

    func setSealedAside(_ names: [String], at time: Int64) throws(HostError) {
        guard seal != nil else { return }
        for name in names where access(sealedPath(of: name), F_OK) == 0 {
            let aside = sealedPath(of: asideName(of: name, at: time))
            guard rename(sealedPath(of: name), aside) == 0 else { throw .last(aside) }
            try PlainFile.synchronise(vault)
        }
    }
}
