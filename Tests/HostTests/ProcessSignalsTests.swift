import CacheModel
import Foundation
import Store
import Testing

@testable import Host

@Suite struct ProcessSignalsTests {
    @Test func reachThatProcessAlone() async throws {
        try await Fixture.with { fixture in
            let signals = ProcessSignals(store: fixture.store)
            #expect(try await !signals.send(SIGTERM, to: "a"))
            try await fixture.withAgent {
                try await fixture.put(.shell("a", "sleep 300 & wait"))
                let identity = try await fixture.running("a")
                try await eventually { ProcessTable.residents(of: fixture.data)["a"]?.count == 2 }
                #expect(try await signals.send(SIGSTOP, to: "a"))
                try await eventually { ProcessTable.entry(identity.pid)?.state == "T" }
                #expect(try await signals.send(SIGCONT, to: "a"))
                try await eventually { ProcessTable.entry(identity.pid)?.state == "S" }
                await #expect(throws: HostError.self) { try await signals.send(99, to: "a") }
                // With what it forked.
                #expect(try await signals.send(SIGKILL, to: "a"))
                #expect(try await fixture.exited("a").contains("signal 9"))
                try await eventually { ProcessTable.residents(of: fixture.data)["a"] == nil }
                #expect(try await !signals.send(SIGKILL, to: "a"))
            }
        }
    }

    @Test func aLaterProcessOfThatNumberIsLeftAlone() async throws {
        try await Fixture.with { fixture in
            try await fixture.withAgent {
                try await fixture.put(.sleeping("a"))
                let real = try await fixture.running("a")
                let others = [
                    ProcessStatus.Identity(pid: real.pid, startTime: real.startTime - 1, bootID: real.bootID),
                    ProcessStatus.Identity(pid: real.pid, startTime: real.startTime, bootID: "another"),
                ]
                for other in others {
                    try await fixture.put(ProcessStatus(id: "a", incarnation: 1, phase: .running(other)))
                    #expect(try await !ProcessSignals(store: fixture.store).send(SIGKILL, to: "a"))
                }
                #expect(isAlive(real))
            }
        }
    }

    /// Ended, and not yet reaped.
    @Test func theEndedAreNotSignalled() async throws {
        try await Fixture.with { fixture in
            let process = try await fixture.withAgent {
                try await fixture.put(.sleeping("a"))
                return try await fixture.running("a")
            }
            kill(process.pid, SIGKILL)
            try await eventually { ProcessTable.entry(process.pid)?.isZombie ?? true }
            #expect(try await !ProcessSignals(store: fixture.store).send(SIGTERM, to: "a"))
            try await fixture.store.commit(Transaction(writes: [.put(key: ProcessStatus.key("a"), value: Data("{".utf8))]))
            await #expect(throws: DecodingError.self) { try await ProcessSignals(store: fixture.store).send(SIGTERM, to: "a") }
        }
    }
}
