import CacheModel
import Foundation
import Store
import Testing

@testable import ControlPlane

@Suite struct DraftTests {
    private static let a = IPAddress.v4(IPv4Address(0x7f40_0101))

    private static func draft(_ state: WorldState = WorldState()) -> Draft { Draft(state) { 1 } }

    @Test func emptyUntilItWrites() {
        var draft = Self.draft()
        _ = draft.group(GroupKey(kind: .replicationGroup, realm: Fixture.home, id: "g"))
        #expect(draft.isEmpty)
        draft.take(Self.a, for: "p")
        #expect(!draft.isEmpty)
    }

    /// What was not there must not be there at the commit.
    @Test func whatIsReadIsACondition() {
        var draft = Self.draft()
        _ = draft.group(GroupKey(kind: .replicationGroup, realm: Fixture.home, id: "g"))
        #expect(draft.transaction.conditions == [.init(key: "group/000000000000/us-east-1/g", version: 0)])
    }

    @Test func whatIsReplacedIsACondition() throws {
        var state = WorldState()
        state.addresses[Self.a] = Versioned(value: "p", version: 7)
        state.processes["p"] = Versioned(value: ProcessSpec(id: "p", executable: "/x", arguments: []), version: 9)
        var draft = Self.draft(state)
        draft.take(Self.a, for: "q")
        try draft.put(ProcessSpec(id: "p", executable: "/y", arguments: []))
        #expect(Set(draft.transaction.conditions.map { "\($0.key) \($0.version)" }) == ["address/\(Self.a) 7", "process/p 9"])
    }

    /// The condition is the version of what was there at first, however often it is written.
    @Test func whatIsWrittenTwiceIsOneWriteUnderTheFirstCondition() throws {
        var state = WorldState()
        state.processes["p"] = Versioned(value: ProcessSpec(id: "p", executable: "/x", arguments: []), version: 9)
        var draft = Self.draft(state)
        try draft.put(ProcessSpec(id: "p", incarnation: 2, executable: "/x", arguments: []))
        try draft.put(ProcessSpec(id: "p", incarnation: 3, executable: "/x", arguments: []))
        #expect(draft.transaction.conditions == [.init(key: "process/p", version: 9)])
        #expect(draft.transaction.writes.count == 1 && draft.state.processes["p"]?.value.incarnation == 3)
    }

    @Test func itSeesItsOwnWrites() throws {
        var draft = Self.draft()
        draft.take(Self.a, for: "p")
        try draft.setRegions(["us-east-1": 4])
        try draft.put(ProcessSpec(id: "p", executable: "/x", arguments: []))
        #expect(draft.state.addresses[Self.a]?.value == "p" && draft.state.regions.value == ["us-east-1": 4])
        draft.release(Self.a)
        draft.removeProcess("p")
        #expect(draft.state.addresses.isEmpty && draft.state.processes.isEmpty)
        #expect(draft.transaction.writes.contains(.delete(key: "address/\(Self.a)")))
    }

    /// Two calls that each give a new region a slice can't both have looked at the same slices.
    @Test func aRegionsSliceIsTakenKnowingAllOthers() throws {
        var state = WorldState()
        state.regions = Versioned(value: ["us-east-1": 0, "eu-west-1": 1], version: 5)
        var draft = Self.draft(state)
        try draft.setRegions(["us-east-1": 0, "eu-west-1": 1, "us-west-2": 2])
        #expect(draft.transaction.conditions == [.init(key: "regions", version: 5)])
    }

    @Test func itsEffectsAreTheStores() throws {
        var draft = Self.draft()
        draft.take(Self.a, for: "p")
        try draft.log(Event(date: Fixture.start, source: .cacheCluster, identifier: "c", message: "m"), in: Fixture.home)
        var state = WorldState()
        draft.apply(to: &state, version: 42)
        #expect(state.addresses[Self.a]?.version == 42 && state.events[Fixture.home]?.count == 1)
    }

    @Test func aGroupsMembersAreKnownByTheirProcesses() async throws {
        let fixture = try await Fixture()
        try await fixture.create("g", "NumCacheClusters=2")
        let processes = try #require(fixture.group("g")).members.map(\.process)
        #expect(processes.allSatisfy { process in fixture.world.read { $0.owners[process] } == fixture.key("g") })
        try await fixture.world.transact { $0.removeGroup(fixture.key("g")) }
        #expect(fixture.world.read { $0.owners.isEmpty })
    }
}
