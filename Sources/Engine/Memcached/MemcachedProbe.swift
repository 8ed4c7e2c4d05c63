import NIOPosix

/// Asks a Memcached what it is: it prints its help and ends.
struct MemcachedProbe: Sendable {
    let path: String

    /// Whether a file is to be asked in this way, by its name.
    static func isMeant(by path: String) -> Bool {
        path.split(separator: "/").last.map { $0.hasPrefix("memcached") } ?? false
    }

    func build() async throws(ProbeFailure) -> MemcachedBuild {
        let words: String
        do {
            words = try await NIOThreadPool.singleton.runIfActive { [path] in
                let process = try ProbeProcess.start(path, ["-h"])
                defer { process.end() }
                return process.read(until: nil, patience: BuildProbe.patience).1
            }
        } catch {
            throw error as? ProbeFailure ?? .engine(.unreachable("\(error)"))
        }
        guard let build = MemcachedBuild(help: words, path: path) else { throw .notMemcached }
        return build
    }
}
