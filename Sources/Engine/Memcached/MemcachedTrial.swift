/// Asks a build of Memcached, run for a moment, whether it takes what it would be started with: one that refuses an argument does not start,
/// and whether it does may depend on the others.
package enum MemcachedTrial {
    enum Outcome: Sendable, Equatable {
        case runs
        /// With its last words.
        case ends(String)
    }

    /// What it says, with `-vv`, once it listens.
    private static let readiness = "server listening"

    /// Of the chosen parameters those that the build refuses, with its words. Nil: it could not be asked.
    package static func refusals(
        of options: MemcachedOptions, otherwise defaults: [String: String], by build: MemcachedBuild
    ) async -> [String: String]? {
        await refusals(of: options, otherwise: defaults) { await outcome(of: $0, by: build) }
    }

    /// All together first, which is mostly the end of it. Else one after the other, beside those that it takes; and then those that it did not
    /// take once more, since one may be taken only beside another.
    static func refusals(
        of options: MemcachedOptions, otherwise defaults: [String: String], ask: (MemcachedOptions) async -> Outcome?
    ) async -> [String: String]? {
        guard let together = await ask(options) else { return nil }
        guard case .ends = together else { return [:] }
        let names = options.chosen.sorted()
        var taken: Set<String> = []
        var refused: [String: String] = [:]
        for name in names + names where !taken.contains(name) {
            let others = options.chosen.subtracting(taken).subtracting([name])
            guard let outcome = await ask(options.leavingOut(others, otherwise: defaults)) else { return nil }
            switch outcome {
            case .runs:
                taken.insert(name)
                refused[name] = nil
            case .ends(let words): refused[name] = words
            }
        }
        return refused
    }

    private static func outcome(of options: MemcachedOptions, by build: MemcachedBuild) async -> Outcome? {
        guard let directory = try? ProbeDirectory.make() else { return nil }
        defer { directory.remove() }
        let arguments = options.arguments(for: build, at: directory.path + "/socket") + ["-vv"]
        return try? await BuildProbe(path: build.path).blocking { () throws(ProbeFailure) -> Outcome? in
            let process = try ProbeProcess.start(build.path, arguments)
            defer { process.end() }
            let (outcome, words) = process.read(until: readiness, patience: BuildProbe.patience)
            switch outcome {
            case .said: return .runs
            case .ended: return .ends(lastWords(words))
            case .deadline: return nil
            }
        }
    }

    /// What it prints of its sizes of items before that is no reason.
    static func lastWords(_ text: String) -> String {
        let lines = text.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("slab class") && $0.contains { !$0.isWhitespace } }
        return String(lines.last?.prefix(300) ?? "it ended and said nothing")
    }
}
