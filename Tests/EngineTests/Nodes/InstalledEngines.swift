import Foundation
import Testing

@testable import Engine

/// The real engines that tests run against: those on PATH, in `ELASTANE_ENGINES`, and in `.engines`.
enum InstalledEngines {
    static let fetched = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent(".engines").path

    static let search: BuildSearch = {
        let hasFetched = FileManager.default.fileExists(atPath: fetched)
        if !hasFetched {
            FileHandle.standardError.write(Data("SKIPPED: no engines in \(fetched): run scripts/fetch-engines.sh\n".utf8))
        }
        return BuildSearch(environment: ProcessInfo.processInfo.environment, configured: hasFetched ? [fetched] : [])
    }()

    static let paths = search.findings().candidates.map(\.path)

    private actor Probed {
        var builds: [String: EngineBuild] = [:]

        func build(_ path: String) async throws -> EngineBuild {
            if let build = builds[path] { return build }
            let build = try await BuildProbe(path: path).build()
            builds[path] = build
            return build
        }
    }

    private static let probed = Probed()

    static func build(_ path: String) async throws -> EngineBuild { try await probed.build(path) }
}
