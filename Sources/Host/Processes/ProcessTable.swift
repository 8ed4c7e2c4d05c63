import CacheModel
import Foundation

/// The system's table of processes, as /proc shows it.
enum ProcessTable {
    /// What /proc/PID/stat says of a process.
    struct Entry: Equatable, Sendable {
        let pid: Int32
        /// The program's name, at most 15 bytes.
        let name: String
        let state: Character
        let parent: Int32
        let session: Int32
        let startTime: UInt64

        /// Ended, and not yet reaped by its parent.
        var isZombie: Bool { state == "Z" || state == "X" }

        /// The name stands in parentheses and may hold spaces and parentheses itself: the last one ends it.
        init?(stat text: String) {
            guard let open = text.firstIndex(of: "("), let close = text.lastIndex(of: ")"), open < close,
                let pid = Int32(text[..<open].trimmingCharacters(in: .whitespaces))
            else { return nil }
            // The fields from the third on.
            let fields = text[text.index(after: close)...].split(separator: " ")
            guard fields.count > 19, let state = fields[0].first, let parent = Int32(fields[1]), let session = Int32(fields[3]),
                let startTime = UInt64(fields[19])
            else { return nil }
            self.pid = pid
            self.name = String(text[text.index(after: open)..<close])
            self.state = state
            self.parent = parent
            self.session = session
            self.startTime = startTime
        }
    }

    static func entry(_ pid: Int32) -> Entry? {
        PlainFile.text("/proc/\(pid)/stat").flatMap { Entry(stat: $0) }
    }

    static func identity(_ entry: Entry) -> ProcessStatus.Identity {
        ProcessStatus.Identity(pid: entry.pid, startTime: entry.startTime, bootID: Machine.bootID)
    }

    /// Whether exactly that process exists, be it as a zombie.
    static func exists(_ identity: ProcessStatus.Identity) -> Bool {
        guard identity.bootID == Machine.bootID, let entry = entry(identity.pid) else { return false }
        return entry.startTime == identity.startTime
    }

    /// A process that works in one of the data directory's process directories.
    struct Resident: Equatable, Sendable {
        let identity: ProcessStatus.Identity
        /// The number of the process that leads its session.
        let session: Int32
        /// The names that its program is known by: of its file, and the one it was started under.
        let names: [String]

        /// Leads a session, as every process that was started by an agent does and no process that such a one forks.
        var isLeader: Bool { session == identity.pid }

        /// Whether it runs this program. The file may have been replaced since, and the path may be a link to a file of another name.
        func runs(_ executable: String) -> Bool {
            let asked = (executable as NSString).lastPathComponent
            var accepted = [asked, String(decoding: asked.utf8.prefix(15), as: UTF8.self)]
            if let resolved = realpath(executable, nil) {
                accepted.append((String(cString: resolved) as NSString).lastPathComponent)
                free(resolved)
            }
            return names.contains { accepted.contains($0) }
        }
    }

    /// Everything that runs in the directories under `nodes`, by the directory's name, the eldest first. Reads all of /proc once.
    static func residents(of data: DataDirectory) -> [String: [Resident]] {
        let prefixes = data.allNodes.map { $0 + "/" }
        var found: [String: [Resident]] = [:]
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] {
            guard let pid = Int32(name), let directory = PlainFile.linkTarget("/proc/\(pid)/cwd"),
                let prefix = prefixes.first(where: { directory.hasPrefix($0) }),
                let process = directory.dropFirst(prefix.count).split(separator: "/").first,
                let entry = entry(pid), !entry.isZombie
            else { continue }
            let file = PlainFile.linkTarget("/proc/\(pid)/exe").map(programName)
            let resident = Resident(
                identity: identity(entry), session: entry.session, names: [entry.name] + (file.map { [$0] } ?? []))
            found[String(process), default: []].append(resident)
        }
        return found.mapValues { residents in
            residents.sorted { ($0.identity.startTime, $0.identity.pid) < ($1.identity.startTime, $1.identity.pid) }
        }
    }

    /// Where all processes work that can be looked at.
    static func workingDirectories() -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).filter { Int32($0) != nil }
            .compactMap { PlainFile.linkTarget("/proc/\($0)/cwd") }
    }

    /// The last component of what /proc/PID/exe points to, whose file may have been removed.
    static func programName(_ target: String) -> String {
        let deleted = " (deleted)"
        let path = target.hasSuffix(deleted) ? String(target.dropLast(deleted.count)) : target
        return (path as NSString).lastPathComponent
    }
}
