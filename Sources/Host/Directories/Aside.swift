import CacheModel
import Foundation

/// What was in the way and may still be wanted: renamed to `NAME.aside-TIME` (seconds since 1970, `-2` and so on where that is taken),
/// and removed a day later.
extension ProcessDirectory {
    private static let mark = ".aside-"
    /// Seconds.
    private static let keptAside: Int64 = 86_400

    static var now: Int64 { Int64(Date().timeIntervalSince1970) }

    /// Renames what is here under these names.
    func setAside(_ names: [String], at time: Int64) throws(HostError) {
        var isChanged = false
        for name in names {
            if rename(path + "/" + name, asidePath(of: name, at: time)) == 0 {
                isChanged = true
            } else if errno != ENOENT {
                throw .last(path + "/" + name)
            }
        }
        if isChanged { try PlainFile.synchronise(path) }
    }

    /// Where nothing is yet, sealed or not.
    func asidePath(of name: String, at time: Int64) -> String { path + "/" + asideName(of: name, at: time) }

    func asideName(of name: String, at time: Int64) -> String {
        let first = name + Self.mark + String(time)
        var free = first
        var number = 1
        while isTaken(free) {
            number += 1
            free = first + "-" + String(number)
        }
        return free
    }

    private func isTaken(_ name: String) -> Bool {
        var facts = stat()
        return lstat(path + "/" + name, &facts) == 0 || lstat(sealedPath(of: name), &facts) == 0
    }

    /// Removes what was set aside more than a day before. Blocks. Returns what could not be removed, with the reason.
    func removeAsides(now: Int64) -> [(path: String, failure: HostError)] {
        var failures: [(path: String, failure: HostError)] = []
        for directory in seal == nil ? [path] : [path, vault] {
            for name in (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? [] {
                guard let time = Self.asideTime(Self.unsealedName(name)), time < now - Self.keptAside else { continue }
                do throws(HostError) {
                    try Self.removeTree(directory + "/" + name)
                } catch {
                    failures.append((directory + "/" + name, error))
                }
            }
        }
        return failures
    }

    /// The name of what has been set aside under this one; nil where the name is of no such thing.
    static func originalName(ofAside name: String) -> String? {
        guard asideTime(name) != nil, let mark = name.range(of: mark, options: .backwards) else { return nil }
        return String(name[..<mark.lowerBound])
    }

    /// When this was set aside; nil where the name is of no such thing.
    static func asideTime(_ name: String) -> Int64? {
        guard let mark = name.range(of: mark, options: .backwards), mark.lowerBound > name.startIndex else { return nil }
        let parts = name[mark.upperBound...].split(separator: "-", omittingEmptySubsequences: false)
        let areNumbers = parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
        guard parts.count <= 2, areNumbers else { return nil }
        return Int64(parts[0])
    }
}
