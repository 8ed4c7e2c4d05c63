import Foundation
import Testing

@testable import Engine

@Suite struct EngineDiscoveryTests {
    private func withDirectory(_ body: (String) async throws -> Void) async throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("elastane-test-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await body(directory)
    }

    private func write(_ text: String, to path: String, mode: Int = 0o755) throws {
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    @Test(arguments: InstalledEngines.paths) func aBuildSaysWhatItIs(_ path: String) async throws {
        let start = ContinuousClock.now
        let build = try await BuildProbe(path: path).build()
        print("\(build): asked in \((ContinuousClock.now - start).inMilliseconds): TLS \(build.servesTLS)")
        #expect(build.knows("maxmemory-policy"))
        #expect(build.bindsWhileRunning)
        #expect(build.disklessLoads.contains("on-empty-db"))
        #expect(build.deniesSubcommands == (build.version >= EngineBuild.Version(7, 0)))
        #expect(build.choosesSourceAddress == (build.version >= EngineBuild.Version(7, 0)))
        #expect(build.deniable.isSuperset(of: ["config", "replicaof", "shutdown", "acl", "cluster"]))
        #expect(build.deniable.contains("cluster|migrateslots") == (build.kind == .valkey && build.version.major >= 9))
    }

    @Test func oneFileCountsOnceAndItsNameDoesNotMatter() async throws {
        let path = try #require(InstalledEngines.paths.first, "no engine is installed")
        try await withDirectory { directory in
            for link in ["bin/redis-server", "opt/a/redis-server"] {
                let target = "\(directory)/\(link)"
                try FileManager.default.createDirectory(
                    atPath: (target as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
                try FileManager.default.createSymbolicLink(atPath: target, withDestinationPath: path)
            }
            let search = BuildSearch(path: "\(directory)/bin:/nowhere", configured: [path], engines: "\(directory)/opt")
            let catalog = await EngineCatalog.discover(search)
            #expect(catalog.builds.map(\.path) == [path])
            #expect(catalog.unusable.isEmpty)
        }
    }

    @Test func whatFailsIsSaid() async throws {
        try await withDirectory { directory in
            try write("#!/bin/sh\necho it is broken >&2; exit 3\n", to: "\(directory)/broken/redis-server")
            try write("not a program", to: "\(directory)/text/valkey-server")
            try write("#!/bin/sh\n", to: "\(directory)/locked/redis-server", mode: 0o644)
            try write("#!/bin/sh\n", to: "\(directory)/deep/a/b/c/d/e/redis-server")
            let search = BuildSearch(path: nil, configured: ["\(directory)/absent"], engines: directory)
            // A process that another test starts at this moment may hold the new files open for writing until it has begun.
            let catalog = try await eventually {
                let catalog = await EngineCatalog.discover(search)
                return catalog.unusable.contains { $0.reason.contains("Text file busy") } ? nil : catalog
            }
            #expect(catalog.builds.isEmpty)
            let reasons = Dictionary(
                uniqueKeysWithValues: catalog.unusable.map { (String($0.path.dropFirst(directory.count + 1)), $0.reason) })
            #expect(
                reasons == [
                    "broken/redis-server": "ends at once: it is broken",
                    "text/valkey-server": "does not start: Exec format error",
                    "locked/redis-server": "not executable",
                    "absent": "configured, and does not exist",
                ])
        }
    }

    @Test func whatIsKnownIsNotAskedAgain() async throws {
        try await withDirectory { directory in
            let cache = "\(directory)/engines.json"
            let first = await EngineCatalog.discover(InstalledEngines.search, cacheFile: cache)
            #expect(!first.builds.isEmpty, "no engine is installed")
            let start = ContinuousClock.now
            let second = await EngineCatalog.discover(InstalledEngines.search, cacheFile: cache)
            print("\(second.builds.count) builds from the cache in \((ContinuousClock.now - start).inMilliseconds)")
            #expect(second == first)
            #expect(ContinuousClock.now - start < .milliseconds(100))
            // A cache that can't be read costs a probe, nothing else.
            try write("{", to: cache)
            #expect(await EngineCatalog.discover(InstalledEngines.search, cacheFile: cache) == first)
        }
    }
}
