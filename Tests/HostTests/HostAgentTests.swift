import CacheModel
import Foundation
import Store
import Testing

@testable import Host

@Suite struct HostAgentTests {
    @Test func startsAtOnceAndSeesTheEndAtOnce() async throws {
        try await Fixture.with { fixture in
            try await fixture.withAgent {
                // The first of a run also waits for the agent's first look at the store.
                try await fixture.put(.sleeping("first"))
                _ = try await fixture.running("first")
                let clock = ContinuousClock()
                var starts: [Duration] = []
                var ends: [Duration] = []
                for number in 0..<10 {
                    let id = "a\(number)"
                    let start = clock.now
                    try await fixture.put(.sleeping(id))
                    let identity = try await fixture.running(id)
                    starts.append(clock.now - start)
                    #expect(isAlive(identity))
                    let killed = clock.now
                    kill(identity.pid, SIGKILL)
                    let detail = try await fixture.exited(id)
                    ends.append(clock.now - killed)
                    #expect(detail.contains("signal 9"))
                    #expect(ProcessTable.entry(identity.pid) == nil, "reaped")
                }
                print("median of 10: start \(starts.sorted()[5]), end seen \(ends.sorted()[5])")
                #expect(starts.sorted()[5] < .milliseconds(500) && ends.sorted()[5] < .milliseconds(500))
            }
        }
    }

    @Test(arguments: [
        ("echo hello; echo world >&2; exit 3", "exited with code 3\nhello\nworld"),
        ("for i in 1 2 3 4 5 6 7; do echo $i; done; kill -TERM $$", "ended by signal 15 (Terminated)\n3\n4\n5\n6\n7"),
        ("pwd >/dev/null; exit 0", "exited with code 0"),
    ])
    func saysHowItEnded(script: String, expected: String) async throws {
        try await Fixture.with { fixture in
            try await fixture.withAgent {
                try await fixture.put(.shell("a", script))
                let detail = try await fixture.exited("a")
                #expect(detail == expected)
            }
        }
    }

    @Test func runsInItsDirectoryWithNothingOfOurs() async throws {
        let leak = open("/dev/null", O_RDONLY)  // not closed on exec
        defer { close(leak) }
        setenv("ELASTANE_TEST_SECRET", "hunter2", 1)
        try await Fixture.with { fixture in
            try await fixture.withAgent {
                try await fixture.put(.sleeping("a"), .shell("b", "pwd; env; umask; trap"))
                let identity = try await fixture.running("a")
                // It opens its libraries first, one at a time; a descriptor of ours would stay.
                try await eventually {
                    let descriptors = try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(identity.pid)/fd").sorted()
                    return descriptors == ["0", "1", "2"]
                }
                let output = fixture.data.directory(of: "a") + "/output.log"
                #expect(PlainFile.linkTarget("/proc/\(identity.pid)/fd/1") == output)
                #expect(PlainFile.linkTarget("/proc/\(identity.pid)/fd/2") == output)
                #expect(PlainFile.linkTarget("/proc/\(identity.pid)/fd/0") == "/dev/null")
                #expect(PlainFile.linkTarget("/proc/\(identity.pid)/cwd") == fixture.data.directory(of: "a"))
                #expect(ProcessTable.entry(identity.pid)?.session == identity.pid)
                // Signals 1 to 31; glibc leaves its own two, 32 and 33, ignored.
                for kind in ["SigBlk", "SigIgn"] {
                    #expect(signalMask(kind, of: identity.pid).map { $0 & 0x7FFF_FFFF } == 0)
                }
                _ = try await fixture.exited("b")
                let text = PlainFile.text(fixture.data.directory(of: "b") + "/output.log") ?? ""
                #expect(text.hasPrefix(fixture.data.directory(of: "b") + "\n"))
                #expect(text.contains("PATH=") && text.contains("LANG=C") && !text.contains("hunter2"))
            }
        }
    }

    private func signalMask(_ kind: String, of pid: Int32) -> UInt64? {
        let line = PlainFile.text("/proc/\(pid)/status")?.split(separator: "\n").first { $0.hasPrefix(kind) }
        return line?.split(separator: "\t").last.flatMap { UInt64($0, radix: 16) }
    }

    @Test func adoptsWhatAPredecessorLeft() async throws {
        try await Fixture.with { fixture in
            let identity = try await fixture.withAgent {
                try await fixture.put(.sleeping("a"), .sleeping("b"))
                _ = try await fixture.running("b")
                return try await fixture.running("a")
            }
            #expect(isAlive(identity))
            let before = try await fixture.memory.list(prefix: "").revision
            try await fixture.withAgent {
                try await fixture.put(.sleeping("c"))
                _ = try await fixture.running("c")
                #expect(isAlive(identity))
                let found = try await fixture.running("a")
                #expect(found == identity)
                // Only c's spec and status were written.
                let after = try await fixture.memory.list(prefix: "").revision
                #expect(after == before + 2)
                kill(identity.pid, SIGKILL)
                let detail = try await fixture.exited("a")
                #expect(detail.contains("signal 9"))
            }
        }
    }

    @Test func seesTheEndOfWhatEndedMeanwhile() async throws {
        try await Fixture.with { fixture in
            let identity = try await fixture.withAgent {
                try await fixture.put(.sleeping("a"))
                return try await fixture.running("a")
            }
            kill(identity.pid, SIGTERM)
            try await fixture.withAgent {
                let detail = try await fixture.exited("a")
                #expect(detail.contains("signal 15"))
            }
            let boot = ProcessStatus.Identity(pid: identity.pid, startTime: identity.startTime, bootID: "an earlier boot")
            try await fixture.put(ProcessStatus(id: "a", incarnation: 1, phase: .running(boot)))
            try await fixture.withAgent {
                let detail = try await fixture.exited("a")
                #expect(detail == "the machine was restarted")
            }
        }
    }

    @Test func adoptsAStartThatWasNotRecorded() async throws {
        try await Fixture.with { fixture in
            let spec = ProcessSpec.shell("a", incarnation: 4, "sleep 300 & (cd . && sleep 301) & wait")
            let identity = try await fixture.withAgent {
                try await fixture.put(spec)
                return try await fixture.running("a", incarnation: 4)
            }
            try await fixture.delete(ProcessStatus.key("a"))
            // Meanwhile something newer is wanted: what runs is still the fourth.
            try await fixture.put(spec.with(goal: .running, incarnation: 5))
            let taken = StockTaking(data: fixture.data, logger: fixture.logger).take([spec], [:])
            #expect(taken["a"]?.running?.process.identity == identity && taken["a"]?.running?.incarnation == 4)
            try await fixture.put(spec)
            try await fixture.withAgent {
                let found = try await fixture.running("a", incarnation: 4)
                #expect(found == identity)
            }
            // It ends unrecorded: that incarnation had its start.
            try await fixture.delete(ProcessStatus.key("a"))
            kill(-identity.pid, SIGKILL)
            waitpid(identity.pid, nil, 0)
            try await fixture.withAgent {
                let detail = try await fixture.exited("a", incarnation: 4)
                #expect(detail.contains("before its start was recorded"))
            }
        }
    }

    @Test func aStrangersChildEndsWithUnknownStatus() async throws {
        try await Fixture.with { fixture in
            let pid = try fixture.spawnStranger(in: "a", "/bin/sleep 300")
            try await eventually { ProcessTable.entry(pid)?.name == "sleep" }
            try await fixture.put(.sleeping("a"))
            try await fixture.withAgent {
                let found = try await fixture.running("a")
                #expect(found.pid == pid)
                kill(pid, SIGTERM)
                let detail = try await fixture.exited("a")
                #expect(detail == "ended (exit status unknown)")
            }
        }
    }

    @Test func aForkedChildIsNotTakenForTheProcess() async throws {
        try await Fixture.with { fixture in
            // The leader ends and leaves a child of the same program in the directory: nothing to adopt.
            let leader = try fixture.spawnStranger(in: "a", "/bin/sh -c '(sleep 300; :) & wait'")
            // Until its program runs, the child's child goes by its parent's name.
            try await eventually { ProcessTable.residents(of: fixture.data)["a"]?.contains { $0.names.contains("sleep") } ?? false }
            let residents = ProcessTable.residents(of: fixture.data)["a"] ?? []
            #expect(residents.filter(\.isLeader).map(\.identity.pid) == [leader])
            kill(leader, SIGKILL)
            try await eventually { ProcessTable.residents(of: fixture.data)["a"]?.contains { $0.isLeader } != true }
            try await fixture.withAgent {
                try await fixture.put(.shell("a", "sleep 302"))
                let identity = try await fixture.running("a")
                #expect(!residents.contains { $0.identity == identity })
                // The child is not left to write beside the new process.
                #expect(!residents.contains { !$0.isLeader && $0.names.contains("sh") && isAlive($0.identity) })
            }
            kill(-leader, SIGKILL)
        }
    }

    @Test func whatItForkedEndsWithIt() async throws {
        try await Fixture.with { fixture in
            try await fixture.withAgent {
                try await fixture.put(.shell("a", "sleep 300 & wait"))
                let identity = try await fixture.running("a")
                try await eventually { ProcessTable.residents(of: fixture.data)["a"]?.count == 2 }
                kill(identity.pid, SIGKILL)
                _ = try await fixture.exited("a")
                try await eventually { ProcessTable.residents(of: fixture.data)["a"] == nil }
            }
        }
    }

    @Test func twoInOneDirectoryBecomeOne() async throws {
        try await Fixture.with { fixture in
            let elder = try fixture.spawnStranger(in: "a", "/bin/sleep 300")
            try await eventually { ProcessTable.entry(elder)?.name == "sleep" }
            // Clock ticks are 10 ms: the second must be younger by one.
            usleep(20_000)
            let younger = try fixture.spawnStranger(in: "a", "/bin/sleep 301")
            try await eventually { ProcessTable.entry(younger)?.name == "sleep" }
            try await fixture.put(.sleeping("a"))
            try await fixture.withAgent {
                let found = try await fixture.running("a")
                #expect(found.pid == elder)
                try await eventually { ProcessTable.entry(younger).map(\.isZombie) ?? true }
            }
        }
    }

    @Test func unknownDirectoriesAreNotTouched() async throws {
        try await Fixture.with { fixture in
            let stranger = try fixture.spawnStranger(in: "unknown", "/bin/sleep 300")
            try await eventually { ProcessTable.entry(stranger)?.name == "sleep" }
            try FileManager.default.createDirectory(
                atPath: fixture.data.nodes + "/.removing-gone/x", withIntermediateDirectories: true)
            try await fixture.withAgent {
                try await fixture.put(.sleeping("a"))
                _ = try await fixture.running("a")
            }
            #expect(exists(fixture.data.directory(of: "unknown")) && ProcessTable.entry(stranger)?.name == "sleep")
            #expect(!exists(fixture.data.nodes + "/.removing-gone"))
            kill(stranger, SIGKILL)
        }
    }

    @Test func aRecordThatCannotBeReadStopsItsProcessAlone() async throws {
        try await Fixture.with { fixture in
            let identity = try await fixture.withAgent {
                try await fixture.put(.sleeping("a"))
                return try await fixture.running("a")
            }
            try await fixture.store.commit(
                Transaction(writes: [.put(key: ProcessSpec.key("a"), value: Data("{".utf8))]))
            try await fixture.withAgent {
                try await fixture.put(.sleeping("b"))
                _ = try await fixture.running("b")
                #expect(isAlive(identity))
                // Mended: it is adopted, not started again.
                try await fixture.put(.sleeping("a", goal: .stopped))
                try await fixture.status("a") { $0.phase == .stopped }
                #expect(!isAlive(identity))
            }
        }
    }
}
