import CacheModel
import Foundation
import Store
import Testing

@testable import Host

@Suite struct HostAgentGoalTests {
    @Test func refusals() async throws {
        let taken = freeListen()
        try await Fixture.with { fixture in
            try await fixture.withAgent {
                try await fixture.put(redis("holder", taken))
                _ = try await fixture.running("holder")
                try await eventually { !Machine.canBind(taken.address, port: taken.port) }
                var inUse = ProcessSpec.sleeping("in-use")
                inUse.listens = [taken]
                var missing = ProcessSpec.sleeping("missing")
                missing.listens = [.init(address: "192.0.2.7", port: 6379)]
                var noProgram = ProcessSpec.sleeping("no-program")
                noProgram.executable = "/nonexistent/engine"
                var notExecutable = ProcessSpec.sleeping("not-executable")
                notExecutable.executable = "/etc/passwd"
                var badFile = ProcessSpec.sleeping("bad-file")
                badFile.files = [.init(name: "../x", contents: "")]
                var noSeed = ProcessSpec.sleeping("no-seed")
                noSeed.seeds = [.init(process: "holder", file: "nothing")]
                var tooLong = ProcessSpec.sleeping("too-long")
                tooLong.arguments = [String(repeating: "x", count: 3_000_000)]
                try PlainFile.write("", to: "no-directory", in: fixture.data.nodes)
                try await fixture.put([
                    inUse, missing, noProgram, notExecutable, badFile, noSeed, tooLong, .sleeping("no-directory"),
                ])
                let expected: [(String, ProcessStatus.Refusal)] = [
                    ("in-use", .addressInUse), ("missing", .addressMissing), ("no-program", .executableMissing),
                    ("not-executable", .executableMissing), ("bad-file", .directoryUnwritable), ("no-seed", .directoryUnwritable),
                    ("too-long", .startFailed), ("no-directory", .directoryUnwritable),
                ]
                for (id, refusal) in expected {
                    let status = try await fixture.status(id) { $0.refusal != nil }
                    #expect(status.refusal == refusal, "\(status)")
                }
                unlink(fixture.data.nodes + "/no-directory")
            }
        }
    }

    /// Files of a process that runs: those that are to be written while it does, and no other.
    @Test func anotherEditionIsWritten() async throws {
        try await Fixture.with { fixture in
            try await fixture.withAgent {
                var spec = ProcessSpec.sleeping("a")
                spec.files = [.init(name: "live", contents: "1", policy: .live), .init(name: "fixed", contents: "1")]
                try await fixture.put(spec)
                let process = try await fixture.running("a")
                spec.files = [.init(name: "live", contents: "2", policy: .live), .init(name: "fixed", contents: "2")]
                spec.edition = 1
                try await fixture.put(spec)
                let status = try await fixture.status("a") { $0.edition == 1 }
                #expect(status.identity == process && status.incarnation == 1)
                let directory = fixture.data.directory(of: "a")
                #expect(PlainFile.text(directory + "/live") == "2" && PlainFile.text(directory + "/fixed") == "1")
            }
        }
    }

    private func redis(_ id: String, incarnation: Int = 1, _ listen: ProcessSpec.Listen) -> ProcessSpec {
        ProcessSpec(
            id: id, incarnation: incarnation, executable: "/usr/bin/redis-server", arguments: ["engine.conf"],
            files: [
                .init(
                    name: "engine.conf",
                    contents: "bind \(listen.address)\nport \(listen.port)\ndaemonize no\nlogfile engine.log\nsave 3600 1\n")
            ],
            listens: [listen], stopGrace: 20)
    }

    @Test func anEngineOfANewIncarnationTakesOverItsAddress() async throws {
        let listen = freeListen()
        try await Fixture.with { fixture in
            try await fixture.withAgent {
                try await fixture.put(redis("a", listen))
                let first = try await fixture.running("a")
                try await eventually { !Machine.canBind(listen.address, port: listen.port) }
                try await fixture.put(redis("a", incarnation: 2, listen))
                let status = try await fixture.status("a") { $0.incarnation == 2 }
                #expect(status.identity != nil && status.identity != first && status.hasSavedData, "\(status)")
                #expect(!isAlive(first))
                try await eventually { !Machine.canBind(listen.address, port: listen.port) }
            }
            // Debian's redis-server is a link to a file of another name: found all the same.
            let identity = try await fixture.running("a", incarnation: 2)
            try await fixture.delete(ProcessStatus.key("a"))
            try await fixture.withAgent {
                let found = try await fixture.running("a", incarnation: 2)
                #expect(found == identity)
                try await fixture.put(redis("a", incarnation: 2, listen).with(goal: .stopped))
                let stopped = try await fixture.status("a") { $0.phase == .stopped }
                #expect(stopped.hasSavedData && stopped.incarnation == 2)
                #expect(exists(fixture.data.directory(of: "a") + "/dump.rdb"))
            }
        }
    }

    @Test func aBadConfigurationIsToldWithoutItsSecret() async throws {
        try await Fixture.with { fixture in
            try await fixture.withAgent {
                var spec = redis("a", freeListen())
                spec.files = [.init(name: "engine.conf", contents: "port 0\nmasterauth hunter2 surplus\n")]
                try await fixture.put(spec)
                let detail = try await fixture.exited("a")
                #expect(detail.hasPrefix("exited with code 1") && detail.contains("masterauth") && !detail.contains("hunter2"))
            }
        }
    }

    @Test func anIncarnationIsStartedOnce() async throws {
        try await Fixture.with { fixture in
            let spec = ProcessSpec.shell("a", "echo started >> starts; exit 1")
            try await fixture.withAgent {
                try await fixture.put(spec)
                _ = try await fixture.exited("a")
                // Neither a rewritten spec nor a new agent starts it again.
                try await fixture.put(spec)
                try await fixture.put(spec.with(goal: .stopped))
                try await fixture.status("a") { $0.phase == .stopped }
                try await fixture.put(spec)
            }
            try await fixture.withAgent {
                try await fixture.put(.sleeping("b"))
                _ = try await fixture.running("b")
                #expect(PlainFile.text(fixture.data.directory(of: "a") + "/starts") == "started\n")
                try await fixture.put(spec.with(goal: .running, incarnation: 2))
                _ = try await fixture.exited("a", incarnation: 2)
                #expect(PlainFile.text(fixture.data.directory(of: "a") + "/starts") == "started\nstarted\n")
            }
        }
    }

    @Test func aDeafProcessIsKilledAfterItsGrace() async throws {
        try await Fixture.with { fixture in
            try await fixture.withAgent {
                let deaf = ProcessSpec.shell("deaf", "trap '' TERM; : > ready; while :; do sleep 300; done", stopGrace: 0.3)
                try await fixture.put(deaf)
                let identity = try await fixture.running("deaf")
                try await eventually { exists(fixture.data.directory(of: "deaf") + "/ready") }
                let clock = ContinuousClock()
                let start = clock.now
                // Another's stop does not wait behind this one's grace.
                try await fixture.put(.sleeping("quick"))
                _ = try await fixture.running("quick")
                try await fixture.put(deaf.with(goal: .stopped), .sleeping("quick", goal: .stopped))
                try await fixture.status("quick") { $0.phase == .stopped }
                #expect(isAlive(identity))
                try await fixture.status("deaf") { $0.phase == .stopped }
                #expect(clock.now - start > .milliseconds(300) && !isAlive(identity))
                #expect(exists(fixture.data.directory(of: "deaf")))
            }
        }
    }

    @Test func removalOvertakesAStopUnderWay() async throws {
        try await Fixture.with { fixture in
            try await fixture.withAgent {
                let deaf = ProcessSpec.shell("deaf", "trap '' TERM; : > ready; while :; do sleep 300; done", stopGrace: 300)
                try await fixture.put(deaf)
                let identity = try await fixture.running("deaf")
                try await eventually { exists(fixture.data.directory(of: "deaf") + "/ready") }
                try await fixture.put(deaf.with(goal: .stopped))
                try await fixture.put(deaf.with(goal: .removed))
                try await fixture.status("deaf") { $0.phase == .removed }
                #expect(!isAlive(identity) && !exists(fixture.data.directory(of: "deaf")))
                try await fixture.delete(ProcessSpec.key("deaf"))
            }
        }
    }

    @Test func aDeletedSpecLeavesItsProcessAlone() async throws {
        try await Fixture.with { fixture in
            try await fixture.withAgent {
                try await fixture.put(.sleeping("a"))
                let identity = try await fixture.running("a")
                try await fixture.delete(ProcessSpec.key("a"))
                try await fixture.put(.sleeping("b"))
                _ = try await fixture.running("b")
                #expect(isAlive(identity))
                // It comes back: adopted.
                try await fixture.put(.sleeping("a", goal: .removed))
                try await fixture.status("a") { $0.phase == .removed }
                #expect(!isAlive(identity))
            }
        }
    }

    @Test func aWatchThatEndsIsTakenUpAgain() async throws {
        try await Fixture.with(forgetful: true) { fixture in
            try await fixture.withAgent {
                for number in 0..<5 {
                    // The second of each pair falls between two watches.
                    try await fixture.put(.sleeping("a\(number)"))
                    try await fixture.put(.sleeping("b\(number)"))
                    _ = try await fixture.running("a\(number)")
                    _ = try await fixture.running("b\(number)")
                }
                try await fixture.delete(ProcessSpec.key("b0"))
                try await fixture.put(.sleeping("a0", goal: .removed))
                try await fixture.status("a0") { $0.phase == .removed }
            }
            // What stopAll must find again.
            try await fixture.put(.sleeping("b0"))
        }
    }

    @Test func fiftyAtOnce() async throws {
        try await Fixture.with { fixture in
            try await fixture.withAgent {
                let specs = (0..<50).map { ProcessSpec.sleeping("p\($0)") }
                let clock = ContinuousClock()
                var start = clock.now
                try await fixture.put(specs)
                for spec in specs { _ = try await fixture.running(spec.id) }
                let started = clock.now - start
                start = clock.now
                try await fixture.put(specs.map { $0.with(goal: .removed) })
                for spec in specs { try await fixture.status(spec.id) { $0.phase == .removed } }
                print("50 started in \(started), removed in \(clock.now - start)")
                #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.data.nodes).isEmpty)
            }
        }
    }
}
