import CacheModel
import Foundation
import Store
import Testing

@testable import Host

@Suite struct StopAllTests {
    @Test func everythingIsEndedAndComesBackAsANewIncarnation() async throws {
        try await Fixture.with { fixture in
            let deaf = ProcessSpec.shell("deaf", "trap '' TERM; : > ready; while :; do sleep 300; done", stopGrace: 0.2)
            let identities = try await fixture.withAgent {
                try await fixture.put(.sleeping("a"), .sleeping("unrecorded"), deaf)
                try await eventually { exists(fixture.data.directory(of: "deaf") + "/ready") }
                return [
                    try await fixture.running("a"), try await fixture.running("unrecorded"), try await fixture.running("deaf"),
                ]
            }
            try await fixture.delete(ProcessStatus.key("unrecorded"))
            let stopped = try await HostAgent.stopAll(dataDirectory: fixture.data, store: fixture.store, logger: fixture.logger)
            #expect(
                stopped == [
                    .init(id: "a", wasKilled: false), .init(id: "deaf", wasKilled: true), .init(id: "unrecorded", wasKilled: false),
                ])
            #expect(!identities.contains { isAlive($0) })
            for id in ["a", "deaf", "unrecorded"] {
                let detail = try await fixture.exited(id)
                #expect(detail == ProcessStatus.stoppedDetail)
            }
            let again = try await HostAgent.stopAll(dataDirectory: fixture.data, store: fixture.store, logger: fixture.logger)
            #expect(again.isEmpty)
            try await fixture.withAgent {
                try await fixture.put(.sleeping("a", incarnation: 2))
                _ = try await fixture.running("a", incarnation: 2)
            }
        }
    }

    @Test func aDeadlineOfZeroKillsAtOnce() async throws {
        try await Fixture.with { fixture in
            try await fixture.withAgent {
                try await fixture.put(.sleeping("a"))
                _ = try await fixture.running("a")
            }
            let stopped = try await HostAgent.stopAll(
                dataDirectory: fixture.data, store: fixture.store, logger: fixture.logger, deadline: .zero)
            #expect(stopped == [.init(id: "a", wasKilled: true)])
        }
    }

    @Test func whatHasNoSpecIsEndedAndLeavesNoStatus() async throws {
        try await Fixture.with { fixture in
            let pid = try fixture.spawnStranger(in: "a", "/bin/sleep 300")
            let entry = try #require(ProcessTable.entry(pid))
            let identity = ProcessStatus.Identity(pid: pid, startTime: entry.startTime, bootID: Machine.bootID)
            try await fixture.put(ProcessStatus(id: "a", incarnation: 3, phase: .running(identity)))
            let stopped = try await HostAgent.stopAll(dataDirectory: fixture.data, store: fixture.store, logger: fixture.logger)
            #expect(stopped == [.init(id: "a", wasKilled: false)])
            #expect(!isAlive(identity))
            #expect(try await fixture.store.list(prefix: ProcessStatus.keyPrefix).records.isEmpty)
        }
    }
}
