import CacheModel
import Foundation
import Testing

@testable import Host

@Suite struct ProcessSignalsTests {
    @Test func theProcessOnRecordIsPausedResumedAndKilled() async throws {
        try await Fixture.with { fixture in
            let signals = ProcessSignals(store: fixture.store)
            try await fixture.withAgent {
                try await fixture.put(.sleeping("a"), .sleeping("b"))
                let (a, b) = (try await fixture.running("a"), try await fixture.running("b"))
                #expect(try await signals.send(SIGSTOP, to: "a"))
                try await eventually { Self.state(a.pid) == "T" }
                #expect(try await signals.send(SIGCONT, to: "a"))
                try await eventually { Self.state(a.pid) == "S" }
                #expect(try await signals.send(SIGKILL, to: "a"))
                #expect(try await fixture.exited("a").contains("signal 9"))
                #expect(isAlive(b))
                #expect(try await signals.send(SIGKILL, to: "a") == false)
                #expect(try await signals.send(SIGKILL, to: "nobody") == false)
            }
        }
    }

    /// Its number may be another's by now.
    @Test func aLaterProcessOfTheSameNumberIsSpared() async throws {
        try await Fixture.with { fixture in
            let pid = try fixture.spawnStranger(in: "stranger", "/bin/sleep 300")
            let entry = try #require(ProcessTable.entry(pid))
            let mine = ProcessTable.identity(entry)
            let earlier = ProcessStatus.Identity(pid: pid, startTime: mine.startTime - 1, bootID: mine.bootID)
            try await fixture.put(ProcessStatus(id: "a", incarnation: 1, phase: .running(earlier)))
            #expect(try await ProcessSignals(store: fixture.store).send(SIGKILL, to: "a") == false)
            #expect(isAlive(mine))
            kill(pid, SIGKILL)
        }
    }

    /// The state letter of /proc/PID/stat.
    private static func state(_ pid: Int32) -> Character? {
        PlainFile.text("/proc/\(pid)/stat")?.split(separator: ")").last?.first { $0 != " " }
    }
}
