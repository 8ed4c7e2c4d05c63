import Foundation

/// Where engines may lie: PATH, a configured list, `ELASTANE_ENGINES`.
package struct BuildSearch: Sendable {
    static let names = ["valkey-server", "redis-server", "memcached"]
    /// Directories within directories that are searched, and entries looked at, before a search gives up.
    static let depth = 3
    static let entries = 5000

    /// Looked into for the servers' names, not below.
    package let directories: [String]
    /// Files, whatever they are called, and directories to be searched.
    package let places: [String]

    package init(path: String?, configured: [String] = [], engines: String? = nil) {
        directories = Self.split(path)
        places = configured + Self.split(engines)
    }

    /// From the environment, with a configured list before it.
    package init(environment: [String: String], configured: [String] = []) {
        self.init(path: environment["PATH"], configured: configured, engines: environment["ELASTANE_ENGINES"])
    }

    private static func split(_ list: String?) -> [String] {
        (list ?? "").split(separator: ":").map(String.init)
    }

    /// A file that may be an engine.
    struct Candidate: Sendable, Equatable {
        /// As found.
        let path: String
        let identity: FileIdentity
    }

    struct Findings: Sendable {
        var candidates: [Candidate] = []
        /// Files called `memcached`, which are asked in another way.
        var memcached: [Candidate] = []
        var unusable: [EngineCatalog.Unusable] = []
    }

    /// Every candidate once: names that lead to the same file count as one, under the name that comes first, but `valkey-server`
    /// before the names that packages add for compatibility.
    func findings() -> Findings {
        var findings = Findings()
        for place in places {
            look(at: place, into: &findings)
        }
        for directory in directories {
            for name in Self.names {
                let path = directory + "/" + name
                if let identity = FileIdentity(path: path), identity.isExecutableFile(at: path) {
                    findings.candidates.append(Candidate(path: path, identity: identity))
                }
            }
        }
        let all = Self.once(findings.candidates)
        findings.memcached = all.filter { MemcachedProbe.isMeant(by: $0.path) }
        findings.candidates = all.filter { !MemcachedProbe.isMeant(by: $0.path) }
        return findings
    }

    private func look(at place: String, into findings: inout Findings) {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: place, isDirectory: &isDirectory) else {
            findings.unusable.append(.init(path: place, reason: "configured, and does not exist"))
            return
        }
        if isDirectory.boolValue {
            var left = Self.entries
            search(place, depth: Self.depth, left: &left, into: &findings)
        } else if let identity = FileIdentity(path: place), identity.isExecutableFile(at: place) {
            findings.candidates.append(Candidate(path: place, identity: identity))
        } else {
            findings.unusable.append(.init(path: place, reason: "configured, and is not an executable file"))
        }
    }

    private func search(_ directory: String, depth: Int, left: inout Int, into findings: inout Findings) {
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []).sorted()
        for name in names {
            left -= 1
            guard left > 0 else { return }
            let path = directory + "/" + name
            if Self.names.contains(name), let identity = FileIdentity(path: path), identity.isFile {
                if identity.isExecutableFile(at: path) {
                    findings.candidates.append(Candidate(path: path, identity: identity))
                } else {
                    findings.unusable.append(.init(path: path, reason: "not executable"))
                }
            } else if depth > 0, FileIdentity(path: path)?.isDirectory == true, !Self.isLink(path) {
                search(path, depth: depth - 1, left: &left, into: &findings)
            }
        }
    }

    /// Links to directories aren't followed: some lead back to where they are (`/usr/bin/X11`).
    private static func isLink(_ path: String) -> Bool {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) != nil
    }

    private static func once(_ candidates: [Candidate]) -> [Candidate] {
        var result: [Candidate] = []
        for candidate in candidates {
            guard let index = result.firstIndex(where: { $0.identity == candidate.identity }) else {
                result.append(candidate)
                continue
            }
            if !result[index].path.hasSuffix("/valkey-server"), candidate.path.hasSuffix("/valkey-server") {
                result[index] = candidate
            }
        }
        return result
    }
}
