import CacheModel
import Foundation
import Logging
import Store
import Testing

@testable import Host

@Suite struct ForwarderKeeperTests {
    private let store = MemoryStore()

    private func keeper() -> ForwarderKeeper {
        ForwarderKeeper(store: store, executable: "/bin/true", logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    private func reportRunning(_ incarnation: Int) async throws {
        let identity = ProcessStatus.Identity(pid: 1, startTime: 1, bootID: "boot")
        let status = ProcessStatus(id: RouteAgent.process, incarnation: incarnation, phase: .running(identity))
        let write = Transaction.Write.put(key: ProcessStatus.key(status.id), value: try ProcessRecords.encode(status))
        try await store.commit(Transaction(writes: [write]))
    }

    private func incarnation() async throws -> Int? {
        try await store.get(ProcessSpec.key(RouteAgent.process)).map { try ProcessRecords.spec($0.value).incarnation }
    }

    /// A forwarder that an earlier agent started.
    private func adopted() async throws -> ForwarderKeeper {
        var predecessor = keeper()
        #expect(try await predecessor.keepRunning() == false)
        try await reportRunning(1)
        var keeper = keeper()
        #expect(try await keeper.keepRunning())
        return keeper
    }

    private func ago(_ seconds: Int) -> ContinuousClock.Instant { .now - .seconds(seconds) }

    @Test func silenceOfFiveSecondsInARowBringsAnother() async throws {
        var keeper = try await adopted()
        for _ in 0..<2 {
            #expect(try await keeper.keepRunning())
            try await keeper.heardNothing(since: ago(6))
        }
        #expect(try await incarnation() == 1, "one long attempt is not a row of them")
        #expect(try await keeper.keepRunning())
        try await keeper.heardNothing(since: .now)
        #expect(try await incarnation() == 2)
        // Until the host has replaced it there is nothing to be heard.
        #expect(try await keeper.keepRunning() == false)
        try await reportRunning(2)
        #expect(try await keeper.keepRunning())
    }

    @Test func manySilencesInAShortTimeAreNone() async throws {
        var keeper = try await adopted()
        for _ in 0..<50 {
            #expect(try await keeper.keepRunning())
            try await keeper.heardNothing(since: ago(3))
        }
        #expect(try await incarnation() == 1)
    }

    @Test func anAnswerEndsTheSilence() async throws {
        var keeper = try await adopted()
        for _ in 0..<10 {
            #expect(try await keeper.keepRunning())
            try await keeper.heardNothing(since: ago(10))
            try await keeper.heardNothing(since: .now)
            keeper.heard()
        }
        #expect(try await incarnation() == 1)
    }

    @Test func oneThatIsStartingHasMoreTime() async throws {
        var keeper = keeper()
        #expect(try await keeper.keepRunning() == false)
        try await reportRunning(1)
        #expect(try await keeper.keepRunning())
        for _ in 0..<10 { try await keeper.heardNothing(since: ago(20)) }
        #expect(try await incarnation() == 1)
        keeper.heard()
        for _ in 0..<3 { try await keeper.heardNothing(since: ago(6)) }
        #expect(try await incarnation() == 2)
        // The second never says a word.
        try await reportRunning(2)
        #expect(try await keeper.keepRunning())
        for _ in 0..<3 { try await keeper.heardNothing(since: ago(20)) }
        #expect(try await incarnation() == 2)
        #expect(try await keeper.keepRunning())
    }

    @Test func theSilenceOfOneIsNotTheNextOnes() async throws {
        var keeper = try await adopted()
        for _ in 0..<2 { try await keeper.heardNothing(since: ago(6)) }
        // It ended and another was started.
        var record = try #require(try await store.get(ProcessSpec.key(RouteAgent.process)))
        var spec = try ProcessRecords.spec(record.value)
        spec.incarnation = 2
        record = Record(key: record.key, value: try ProcessRecords.encode(spec), version: 0)
        try await store.commit(Transaction(writes: [.put(key: record.key, value: record.value)]))
        try await reportRunning(2)
        #expect(try await keeper.keepRunning())
        try await keeper.heardNothing(since: ago(6))
        #expect(try await incarnation() == 2)
    }
}
