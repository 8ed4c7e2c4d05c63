import CacheModel
import Foundation
import Logging
import Store
import Synchronization
import Testing

@testable import ControlPlane

@Suite struct FaultInjectionTests {
    /// What was signalled, in order.
    private final class Signals: Sendable {
        struct Sent: Equatable {
            let process: String
            let signal: Int32
        }
        private let list = Mutex<[Sent]>([])
        var sent: [Sent] { list.withLock { $0 } }
        func note(_ process: String, _ signal: Int32) { list.withLock { $0.append(Sent(process: process, signal: signal)) } }
    }

    private let signals = Signals()

    /// Over a world of its own, which knows what the hosts have recorded.
    private func faults(_ fixture: Fixture, delivered: Bool = true) async throws -> FaultInjection {
        let world = try await World.load(from: fixture.store, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        return FaultInjection(world: world, home: Fixture.home) { [signals] process, signal in
            signals.note(process, signal)
            return delivered
        }
    }

    /// Has the host say that a member's process runs.
    private func run(_ fixture: Fixture, _ id: String, region: String = "us-east-1", pid: Int32 = 4711) async throws -> String {
        let process = try #require(fixture.group("g", region: region)?.member(id)).process
        let identity = ProcessStatus.Identity(pid: pid, startTime: 1, bootID: "b")
        let status = try JSONEncoder().encode(ProcessStatus(id: process, incarnation: 1, phase: .running(identity)))
        try await fixture.store.commit(Transaction(writes: [.put(key: ProcessStatus.key(process), value: status)]))
        return process
    }

    private func refusal(_ fixture: Fixture, _ request: FaultRequest, delivered: Bool = true) async throws -> FaultRefusal? {
        do {
            _ = try await faults(fixture, delivered: delivered).carryOut(request, for: nil)
            return nil
        } catch let refusal as FaultRefusal {
            return refusal
        }
    }

    @Test(arguments: [(FaultRequest.Action.kill, SIGKILL, "killed"), (.pause, SIGSTOP, "paused"), (.resume, SIGCONT, "resumed")])
    func aMembersProcessIsSignalled(action: FaultRequest.Action, signal: Int32, word: String) async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", "NumCacheClusters=2")
        let process = try await run(fixture, "g-002")
        let report = try await faults(fixture).carryOut(FaultRequest(action: action, member: "G-002"), for: nil)
        #expect(report == FaultReport(message: "\(word) g-002 (pid 4711)", member: "g-002", pid: 4711))
        #expect(signals.sent == [.init(process: process, signal: signal)])
    }

    @Test func itIsLookedForWhereItIsSaidToBe() async throws {
        let fixture = try await Fixture()
        try await fixture.create("g", region: "us-east-1")
        try await fixture.create("g", region: "eu-west-1")
        let process = try await run(fixture, "g-001", region: "eu-west-1")
        _ = try await faults(fixture).carryOut(FaultRequest(action: .kill, member: "g-001", region: "eu-west-1"), for: nil)
        #expect(signals.sent.map(\.process) == [process])
        let home = try #require(try await refusal(fixture, FaultRequest(action: .kill, member: "g-001")))
        #expect(home.reason == .conflict, "that one does not run")
        let other = try #require(try await refusal(fixture, FaultRequest(action: .kill, member: "g-001", account: "123456789012")))
        #expect(other.reason == .unknown && other.message.contains("g-001") && other.message.contains("123456789012"))
    }

    @Test func aLoneClusterIsAMemberToo() async throws {
        let fixture = try await Fixture()
        try await fixture.create("g")
        let process = try await run(fixture, "g-001")
        try await fixture.world.transact { draft in
            let known = draft.group(fixture.key("g"))
            var alone = try #require(known)
            draft.removeGroup(alone.key)
            (alone.kind, alone.id) = (.cacheCluster, "g-001")
            try draft.put(alone)
        }
        _ = try await faults(fixture).carryOut(FaultRequest(action: .kill, member: "g-001"), for: nil)
        #expect(signals.sent.map(\.process) == [process])
    }

    @Test func whatDoesNotRunIsNotSignalled() async throws {
        let fixture = try await Fixture()
        try await fixture.create("g")
        let starting = try #require(try await refusal(fixture, FaultRequest(action: .pause, member: "g-001")))
        #expect(starting.reason == .conflict && starting.message.contains("g-001") && signals.sent.isEmpty)
        _ = try await run(fixture, "g-001")
        let ended = try #require(try await refusal(fixture, FaultRequest(action: .pause, member: "g-001"), delivered: false))
        #expect(ended == starting)
    }

    @Test func aZoneGoesDownAndComesUp() async throws {
        let fixture = try await Fixture()
        try await fixture.create("g", "NumCacheClusters=3")
        let zone = try #require(fixture.group("g")).members[1].zone
        let faults = try await faults(fixture)
        #expect(
            try await faults.carryOut(FaultRequest(action: .zoneDown, zone: zone), for: nil).message == "\(zone) is down: 1 member is in it"
        )
        #expect(try await fixture.records()["down-zones"] == Data("[\"\(zone)\"]".utf8))
        #expect(try await faults.carryOut(FaultRequest(action: .zoneDown, zone: zone), for: nil).message == "\(zone) was down already")
        #expect(try await faults.carryOut(FaultRequest(action: .zoneUp, zone: zone), for: nil).zone == zone)
        #expect(try await fixture.records()["down-zones"] == Data("[]".utf8))
        #expect(try await faults.carryOut(FaultRequest(action: .zoneDown, zone: "eu-west-1a"), for: nil).message.contains("0 members are"))
        #expect(signals.sent.isEmpty, "what becomes of the members is their reconciler's")
    }

    @Test(arguments: ["us-east-1", "us-east-1z", "b", "us-east-1B", "nowhere", "ü"])
    func anUnknownZoneIsNamed(zone: String) async throws {
        let fixture = try await Fixture()
        let refusal = try #require(try await refusal(fixture, FaultRequest(action: .zoneDown, zone: zone)))
        #expect(refusal.reason == .unknown && refusal.message.contains(zone))
        #expect(try await fixture.records().isEmpty)
    }

    /// What it says is unknown, so nobody may write over it.
    @Test func aRecordThatCantBeReadIsLeftAlone() async throws {
        let store = MemoryStore()
        try await store.commit(Transaction(writes: [.put(key: "down-zones", value: Data("{".utf8))]))
        let fixture = try await Fixture(store: store)
        let refusal = try #require(try await refusal(fixture, FaultRequest(action: .zoneDown, zone: "us-east-1a")))
        #expect(refusal.reason == .conflict && refusal.message.contains("down-zones"))
        #expect(try await fixture.records()["down-zones"] == Data("{".utf8))
    }

    @Test(arguments: [
        ("", "JSON"), ("[]", "JSON"), ("{}", "action"), (#"{"action":1}"#, "JSON"), (#"{"action":"explode"}"#, "explode"),
        (#"{"action":"kill","member":[]}"#, "JSON"),
    ])
    func aMalformedRequestIsToldWhatIsWrong(body: String, word: String) {
        let refusal = #expect(throws: FaultRefusal.self) { try FaultRequest(json: Data(body.utf8)) }
        #expect(refusal?.reason == .malformed && refusal?.message.contains(word) == true)
    }

    @Test(arguments: [
        FaultRequest(action: .kill), FaultRequest(action: .kill, member: ""), FaultRequest(action: .zoneDown),
        FaultRequest(action: .zoneUp, member: "g-001"),
    ])
    func whatItIsAboutMustBeSaid(request: FaultRequest) async throws {
        let refusal = try #require(try await refusal(try await Fixture(), request))
        #expect(refusal.reason == .malformed)
    }

    @Test func aRequestIsReadWhole() throws {
        let body = #"{"action":"zone-down","zone":"us-east-1b","account":"1","region":"r","member":"m"}"#
        #expect(
            try FaultRequest(json: Data(body.utf8))
                == FaultRequest(action: .zoneDown, member: "m", zone: "us-east-1b", account: "1", region: "r"))
    }
}
