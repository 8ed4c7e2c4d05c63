import CacheModel
import Foundation
import Testing

@testable import Host

@Suite struct PauseTests {
    /// A process that notes when it ends in good order, paused.
    private func paused(_ id: String, _ fixture: Fixture, stopGrace: Double) async throws -> (ProcessSpec, ProcessStatus.Identity) {
        let spec = ProcessSpec.shell(
            id, "trap 'echo bye > bye; exit 0' TERM; : > ready; while :; do sleep 0.01; done", stopGrace: stopGrace)
        try await fixture.put(spec)
        let identity = try await fixture.running(id)
        try await eventually { exists(fixture.data.directory(of: id) + "/ready") }
        kill(identity.pid, SIGSTOP)
        try await eventually { ProcessTable.entry(identity.pid)?.state == "T" }
        return (spec, identity)
    }

    @Test func aPausedOneEndsInGoodOrder() async throws {
        try await Fixture.with { fixture in
            try await fixture.withAgent {
                let (spec, _) = try await paused("a", fixture, stopGrace: 300)
                try await fixture.put(spec.with(goal: .stopped))
                try await fixture.status("a") { $0.phase == .stopped }
                #expect(exists(fixture.data.directory(of: "a") + "/bye"))
                _ = try await paused("b", fixture, stopGrace: 300)
            }
            let stopped = try await HostAgent.stopAll(
                dataDirectory: fixture.data, store: fixture.store, logger: fixture.logger, deadline: .seconds(30))
            #expect(stopped == [.init(id: "b", wasKilled: false)])
        }
    }

    @Test func withoutGraceItIsKilledAtOnce() async throws {
        try await Fixture.with { fixture in
            try await fixture.withAgent {
                let (spec, identity) = try await paused("a", fixture, stopGrace: 0)
                try await fixture.put(spec.with(goal: .stopped))
                try await fixture.status("a") { $0.phase == .stopped }
                #expect(!isAlive(identity) && !exists(fixture.data.directory(of: "a") + "/bye"))
            }
        }
    }

    @Test func aGraceThatIsTakenBackEndsAtOnce() async throws {
        try await Fixture.with { fixture in
            try await fixture.withAgent {
                let script = "trap ': > told' TERM; : > ready; while :; do sleep 0.01; done"
                var spec = ProcessSpec.shell("a", script, stopGrace: 300).with(goal: .running)
                try await fixture.put(spec)
                let identity = try await fixture.running("a")
                let directory = fixture.data.directory(of: "a")
                try await eventually { exists(directory + "/ready") }
                spec.goal = .stopped
                try await fixture.put(spec)
                try await eventually { exists(directory + "/told") }
                #expect(isAlive(identity))
                spec.stopGrace = 0
                try await fixture.put(spec)
                try await fixture.status("a") { $0.phase == .stopped }
                #expect(!isAlive(identity))
            }
        }
    }
}
