import CacheModel
import Foundation
import Testing

@testable import Host

/// What statuses say of files that real engines wrote.
@Suite struct SavedDataTests {
    /// The engine on PATH and those in `.engines`.
    static let engines: [String] = {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let fetched = root.appendingPathComponent(".engines").path
        let builds = ((try? FileManager.default.contentsOfDirectory(atPath: fetched)) ?? []).sorted()
        let servers = builds.flatMap { build in ["redis-server", "valkey-server"].map { "\(fetched)/\(build)/\($0)" } }
        return ["/usr/bin/redis-server"] + servers.filter { exists($0) }
    }()

    private func engine(_ id: String, _ executable: String, _ listen: ProcessSpec.Listen, _ lines: String = "") -> ProcessSpec {
        let conf =
            "bind \(listen.address)\nport \(listen.port)\nprotected-mode no\nlogfile engine.log\nsave 3600 1\n"
            + "repl-diskless-sync-delay 0\n" + lines
        return ProcessSpec(
            id: id, executable: executable, arguments: ["engine.conf"], files: [.init(name: "engine.conf", contents: conf)],
            listens: [listen], stopGrace: 20)
    }

    @Test(arguments: engines) func snapshotsOfRealEngines(executable: String) async throws {
        try await Fixture.with { fixture in
            try await fixture.withAgent {
                let address = freeListen()
                let primary = engine("primary", executable, address)
                let replica = engine("replica", executable, freeListen(), "replicaof \(address.address) \(address.port)\n")
                let loneAddress = freeListen()
                let lone = engine("lone", executable, loneAddress, "appendonly yes\n")
                let before = ProcessDirectory.now
                try await fixture.put(primary, lone, replica)
                let started = try await fixture.status("primary") { $0.identity != nil }
                #expect(!started.hasSavedData && started.snapshot == nil && started.logTime == nil)
                try await log(of: "replica", fixture, says: "REPLICA sync: Finished with success")
                try await log(of: "lone", fixture, says: "eady to accept connections")
                // Engines before 7 begin their log with the first write.
                let write =
                    "exec 3<>/dev/tcp/\(loneAddress.address)/\(loneAddress.port); printf 'SET a b\\r\\n' >&3; read -r line <&3; echo $line"
                try await fixture.put(ProcessSpec(id: "writer", executable: "/bin/bash", arguments: ["-c", write]))
                #expect(try await fixture.exited("writer").contains("+OK"))

                func stopped(_ spec: ProcessSpec) async throws -> ProcessStatus {
                    try await fixture.put(spec.with(goal: .stopped))
                    return try await fixture.status(spec.id, within: .seconds(30)) { $0.phase == .stopped }
                }
                // As the primary sent it.
                let sent = ProcessDirectory(data: fixture.data, process: "replica").status(1, .stopped)
                #expect(sent.snapshot?.replicationID != nil && sent.snapshot?.offset != nil)
                let alone = try await stopped(lone)
                let snapshot = try #require(alone.snapshot)
                #expect(snapshot.time >= before && snapshot.time <= ProcessDirectory.now)
                #expect(snapshot.replicationID == nil && snapshot.offset == nil)
                #expect(alone.hasSavedData && alone.logTime != nil)

                let first = try await stopped(primary)
                let second = try await stopped(replica)
                let (one, other) = (try #require(first.snapshot), try #require(second.snapshot))
                #expect(first.hasSavedData && first.logTime == nil)
                #expect(one.replicationID?.count == 40 && one.replicationID == other.replicationID)
                #expect(one.time >= before && other.time >= before)
                #expect(one.offset != nil && other.offset != nil)
                try FileManager.default.removeItem(atPath: fixture.data.directory(of: "lone") + "/dump.rdb")
            }
            let logOnly = ProcessDirectory(data: fixture.data, process: "lone").status(1, .stopped)
            #expect(logOnly.hasSavedData && logOnly.logTime != nil && logOnly.snapshot == nil)
        }
    }

    private func log(of process: String, _ fixture: Fixture, says text: String) async throws {
        let file = fixture.data.directory(of: process) + "/engine.log"
        try await eventually(.seconds(30)) { PlainFile.text(file)?.contains(text) ?? false }
    }

    /// What lies in the directory, by name; and whether that is data, a snapshot and a log.
    @Test(
        arguments: [
            ([:], false, false),
            (["dump.rdb": ""], false, false),
            (["dump.rdb": "garbage"], true, false),
            (["appendonly.aof": ""], false, false),
            (["appendonly.aof": "x"], true, true),
            (["appendonlydir/": ""], false, false),
            (["appendonlydir/appendonly.aof.manifest": "m", "appendonlydir/appendonly.aof.1.incr.aof": ""], true, true),
            (["appendonlydir/appendonly.aof.1.base.rdb": "x"], false, false),
            (["appendonlydir/temp-appendonly.aof.incr": "x"], false, false),
            (["appendonlydir/appendonly.aof.manifest": "m", "appendonlydir/temp-appendonly.aof.incr": "x"], false, false),
            (["appendonlydir/temp_appendonly.aof.manifest": "m", "appendonlydir/x": "x"], false, false),
            (["appendonlydir.aside-1/x": "", "dump.rdb.aside-1": "x"], false, false),
        ] as [([String: String], Bool, Bool)])
    func whatCountsAsSaved(files: [String: String], hasSavedData: Bool, hasLog: Bool) async throws {
        try await Fixture.with { fixture in
            let directory = ProcessDirectory(data: fixture.data, process: "a")
            for (name, contents) in files {
                let url = URL(fileURLWithPath: directory.path + "/" + name)
                let parent = name.hasSuffix("/") ? url : url.deletingLastPathComponent()
                try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
                if !name.hasSuffix("/") { try Data(contents.utf8).write(to: url) }
            }
            let status = directory.status(3, .stopped)
            #expect(status.id == "a" && status.incarnation == 3 && status.phase == .stopped)
            #expect(status.hasSavedData == hasSavedData && status.snapshot == nil)
            #expect((status.logTime != nil) == hasLog && status.hasCurrentLog == hasLog)
        }
    }
}
