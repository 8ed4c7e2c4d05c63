import CacheModel
import Foundation
import Sealing
import Testing

@testable import Host

/// Sealed processes under an agent.
@Suite struct SealedProcessTests {
    /// It saves something whenever it is told to by a file, and at its end.
    private func saver(_ id: String = "a", incarnation: Int = 1) -> ProcessSpec {
        let script =
            "save() { echo \"$1 of $$\" > temp; mv temp dump.rdb; }; trap 'save last; exit 0' TERM; "
            + "while :; do if [ -e go ]; then rm go; save value; fi; sleep 0.01; done"
        return ProcessSpec.shell(id, incarnation: incarnation, script).sealed()
    }

    private func directory(_ fixture: Fixture, _ id: String = "a") -> ProcessDirectory { ProcessDirectory(data: fixture.data, saver(id)) }

    private func isSealed(_ directory: ProcessDirectory) -> Bool {
        exists(directory.sealedPath(of: "dump.rdb")) && directory.unsealed().isEmpty
    }

    private func save(_ directory: ProcessDirectory) async throws {
        try PlainFile.write("", to: "go", in: directory.path)
        try await eventually { PlainFile.text(directory.path + "/dump.rdb")?.hasPrefix("value") ?? false }
    }

    @Test func whatARunningProcessSavesIsSealed() async throws {
        try await Fixture.with { fixture in
            let directory = directory(fixture)
            try await fixture.withAgent {
                try await fixture.put(saver())
                let identity = try await fixture.running("a")
                #expect(PlainFile.linkTarget("/proc/\(identity.pid)/cwd") == directory.path)
                try await save(directory)
                try await eventually { isSealed(directory) }
                try await fixture.put(saver().with(goal: .removed))
                try await fixture.status("a") { $0.phase == .removed }
                #expect(!exists(directory.path) && !exists(directory.vault))
            }
        }
    }

    /// An agent that comes later seals what was saved while there was none, and adopts the process in memory.
    @Test func theNextAgentSealsWhatWasSavedMeanwhile() async throws {
        try await Fixture.with { fixture in
            let directory = directory(fixture)
            let identity = try await fixture.withAgent {
                try await fixture.put(saver())
                return try await fixture.running("a")
            }
            try await save(directory)
            #expect(!isSealed(directory))
            try await fixture.delete(ProcessStatus.key("a"))
            try await fixture.withAgent {
                #expect(try await fixture.running("a") == identity)
                try await eventually { isSealed(directory) }
            }
        }
    }

    @Test func aKeyThatIsLostIsToldAndEndsNothing() async throws {
        try await Fixture.with { fixture in
            let directory = directory(fixture)
            try await fixture.withAgent {
                try await fixture.put(saver())
                let identity = try await fixture.running("a")
                fixture.keys.fail(.disabled("k"))
                let told = try await fixture.status("a") { $0.sealProblem != nil }
                #expect(told.sealProblem?.contains("the key k is disabled") == true && told.identity == identity)
                try await save(directory)
                // A process that ends is started anew on what is in memory.
                kill(identity.pid, SIGKILL)
                _ = try await fixture.exited("a")
                try await fixture.put(saver(incarnation: 2))
                let next = try await fixture.running("a", incarnation: 2)
                #expect(exists(directory.path + "/dump.rdb") && !exists(directory.sealedPath(of: "dump.rdb")))
                fixture.keys.fail(nil)
                try await fixture.status("a") { $0.sealProblem == nil && $0.identity == next }
                try await eventually { isSealed(directory) }
            }
        }
    }

    @Test func withoutItsKeyNothingIsStartedOnWhatIsSealed() async throws {
        try await Fixture.with { fixture in
            let directory = directory(fixture)
            try await fixture.withAgent {
                try await fixture.put(saver())
                let identity = try await fixture.running("a")
                try await save(directory)
                try await eventually { isSealed(directory) }
                kill(identity.pid, SIGKILL)
                _ = try await fixture.exited("a")
            }
            try directory.leaveMemory()
            fixture.keys.fail(.unreachable("nobody answers"))
            try await fixture.withAgent {
                try await fixture.put(saver(incarnation: 2))
                let refused = try await fixture.status("a") { $0.refusal != nil }
                #expect(refused.refusal == .keyUnavailable && refused.hasSavedData)
                fixture.keys.fail(nil)
                try await fixture.put(saver(incarnation: 3))
                _ = try await fixture.running("a", incarnation: 3)
                #expect(PlainFile.text(directory.path + "/dump.rdb")?.hasPrefix("value") == true)
            }
        }
    }

    @Test func anEndInGoodOrderLeavesNothingInMemory() async throws {
        try await Fixture.with { fixture in
            let (directory, other) = (directory(fixture), directory(fixture, "b"))
            try await fixture.withAgent {
                try await fixture.put(saver(), saver("b"))
                for id in ["a", "b"] { _ = try await fixture.running(id) }
                for place in [directory, other] { try await save(place) }
            }
            _ = try await HostAgent.stopAll(dataDirectory: fixture.data, store: fixture.store, logger: fixture.logger)
            fixture.keys.fail(.disabled("k"))
            let unsealed = try await HostAgent.sealAll(dataDirectory: fixture.data, store: fixture.store, keys: fixture.keys)
            #expect(unsealed.map(\.id) == ["a", "b"] && unsealed.allSatisfy { $0.reason.contains("disabled") })
            #expect(exists(directory.path + "/dump.rdb"))
            fixture.keys.fail(nil)
            #expect(try await HostAgent.sealAll(dataDirectory: fixture.data, store: fixture.store, keys: fixture.keys).isEmpty)
            #expect(!exists(directory.path) && !exists(other.path))
            #expect(directory.status(1, .stopped).hasSavedData)
            try await fixture.withAgent {
                try await fixture.put(saver(incarnation: 2))
                _ = try await fixture.running("a", incarnation: 2)
                #expect(PlainFile.text(directory.path + "/dump.rdb")?.hasPrefix("last") == true)
            }
        }
    }
}
