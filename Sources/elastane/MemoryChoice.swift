import ArgumentParser
import Foundation
import Host

/// Where the data of groups is that are encrypted at rest, while they run: in memory.
enum MemoryChoice {
    /// What the operator named.
    case directory(String)
    /// The first that is there.
    case usual
    case none

    /// Throws a `ValidationError` for a directory that is none of the kind.
    init(_ text: String?) throws {
        switch text {
        case nil: self = .usual
        case "none"?: self = .none
        case .some(let path):
            self = .directory(Setting.absolutePath(path))
            guard MemoryDirectory.isPossible(in: path) else {
                throw ValidationError("--memory-dir \(path): it is not in memory (tmpfs or ramfs), or can't be written to.")
            }
        }
    }

    /// Directories that may be in memory, in the order in which they are tried.
    private var candidates: [String] {
        switch self {
        case .directory(let path): [path]
        case .usual: ["/dev/shm", ProcessInfo.processInfo.environment["XDG_RUNTIME_DIR"]].compactMap(\.self).filter { !$0.isEmpty }
        case .none: []
        }
    }

    /// Makes or takes the data directory's own, which is remembered there. Returns why there is none, a clause.
    ///
    /// Throws a `ServeFailure` where what was named can't be had, or where data is left in another.
    func open(for data: inout DataDirectory, isForOnce: Bool) throws -> String? {
        let noted = MemoryDirectory(notedIn: data)
        var reasons: [String] = []
        // Where it was before is tried first: an option that was forgotten hides no data.
        let before = if case .usual = self { noted.map { [($0.path as NSString).deletingLastPathComponent] } ?? [] } else { [String]() }
        for parent in before + candidates {
            do throws(HostError) {
                let memory = try MemoryDirectory(creatingIn: parent, for: data, isForOnce: isForOnce)
                try refuse(noted, ifNot: memory, data)
                try memory.note(in: data)
                data.memory = memory
                _ = MemoryDirectory.sweep(parent)
                return nil
            } catch {
                if case .directory = self { throw ServeFailure("--memory-dir: \(error).") }
                reasons.append("\(error)")
            }
        }
        try refuse(noted, ifNot: nil, data)
        guard !reasons.isEmpty else { return "no storage in memory is to be used (--memory-dir none)" }
        return "there is no storage in memory (--memory-dir): \(reasons.joined(separator: "; "))"
    }

    /// What is left in another place may be newer than what is on the disk.
    private func refuse(_ noted: MemoryDirectory?, ifNot memory: MemoryDirectory?, _ data: DataDirectory) throws(HostError) {
        guard let noted, noted != memory, noted.isInUse else { return }
        throw .noMemory(
            path: memory?.path ?? "nothing",
            reason:
                "data of \(data.path) is in \(noted.path); start the service with that --memory-dir, or have `elastane down` bring it onto the disk"
        )
    }

    /// Why none can be had, without making one; nil if one can.
    func lack() -> String? {
        if case .none = self { return "no storage in memory is to be used (--memory-dir none)" }
        let isThere = candidates.contains { MemoryDirectory.isPossible(in: $0) }
        return isThere ? nil : "none of \(candidates.joined(separator: ", ")) is in memory and may be written to"
    }
}
