import Engine
import Foundation

/// Where this process looks for engines, with paths that stay true when it changes its directory.
struct EngineSearch: Sendable {
    private let search: BuildSearch

    /// - Parameter extra: files and directories beside PATH, colon-separated.
    init(extra: String?) {
        let environment = ProcessInfo.processInfo.environment
        search = BuildSearch(path: Self.absolute(environment["PATH"]), engines: Self.absolute(extra))
    }

    func discover() async -> EngineCatalog {
        await EngineCatalog.discover(search, cacheFile: Self.cacheFile)
    }

    private static func absolute(_ list: String?) -> String? {
        list?.split(separator: ":").map { URL(fileURLWithPath: String($0)).standardizedFileURL.path }.joined(separator: ":")
    }

    /// What the builds said of themselves is kept, so that the next start need not ask again. Nil where there is no place for it.
    private static var cacheFile: String? {
        let environment = ProcessInfo.processInfo.environment
        let base = environment["XDG_CACHE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? NSHomeDirectory() + "/.cache"
        let directory = base + "/elastane"
        do {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            return directory + "/engines.json"
        } catch {
            return nil
        }
    }
}
