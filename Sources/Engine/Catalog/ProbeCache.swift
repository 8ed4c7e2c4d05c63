import Foundation

/// What probes said, kept in a file, so that a start needs none. It is only ever a saving: whatever is wrong with it, builds are probed.
struct ProbeCache: Codable, Sendable {
    /// Raised whenever a probe asks something new.
    static let currentFormat = 1

    struct Entry: Codable, Sendable {
        let identity: FileIdentity
        let build: EngineBuild
    }

    private var format = currentFormat
    private var asked = WithheldCommands.all
    private(set) var entries: [Entry] = []

    init() {}

    init(file: String) {
        guard let data = FileManager.default.contents(atPath: file),
            let cache = try? JSONDecoder().decode(ProbeCache.self, from: data),
            cache.format == Self.currentFormat, cache.asked == WithheldCommands.all
        else { return }
        self = cache
    }

    /// The build of a file that hasn't changed, under the name by which it is found now.
    subscript(candidate: BuildSearch.Candidate) -> EngineBuild? {
        guard var build = entries.first(where: { $0.identity == candidate.identity })?.build else { return nil }
        build.path = candidate.path
        return build
    }

    init(_ found: [(BuildSearch.Candidate, EngineBuild)]) {
        entries = found.map { Entry(identity: $0.identity, build: $1) }
    }

    /// False when it can't be written, which costs the next start a probe and nothing else.
    @discardableResult
    func write(to file: String) -> Bool {
        guard let data = try? JSONEncoder().encode(self) else { return false }
        return (try? data.write(to: URL(fileURLWithPath: file), options: .atomic)) != nil
    }
}
