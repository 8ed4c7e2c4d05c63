import CacheModel
import Foundation
import Logging
import Store
import Testing

@testable import ControlPlane

@Suite struct ResourceTableTests {
    private static let group = ParameterGroup(
        realm: Fixture.home, name: "mine", family: "redis7", description: "d", changes: ["timeout": "30"])

    /// Another world, as after a restart.
    private static func world(_ store: MemoryStore) async throws -> World {
        try await World.load(from: store, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    @Test func aResourceIsReadAgainAfterARestart() async throws {
        let store = MemoryStore()
        try await Self.world(store).transact { try $0.put(Self.group) }
        let restarted = try await Self.world(store)
        #expect(restarted.read { $0.resource(ParameterGroup.self, "mine", in: Fixture.home) } == Self.group)
        #expect(restarted.read { $0.resources(ParameterGroup.self, in: Realm(region: "eu-west-1", account: "1")) }.isEmpty)
        try await restarted.transact { $0.remove(Self.group) }
        #expect(try await store.list(prefix: "").records.isEmpty)
    }

    @Test func whatIsReadOrRemovedIsACondition() throws {
        var state = WorldState()
        state.parameterGroups[Self.group.key] = Versioned(value: Self.group, version: 7)
        var draft = Draft(state) { 1 }
        #expect(draft.resource(ParameterGroup.self, "other", in: Fixture.home) == nil)
        draft.remove(Self.group)
        #expect(
            Set(draft.transaction.conditions.map { "\($0.key) \($0.version)" }) == [
                "parameter-group/000000000000/us-east-1/other 0", "parameter-group/000000000000/us-east-1/mine 7",
            ])
        #expect(draft.state.resources(ParameterGroup.self, in: Fixture.home).isEmpty)
    }

    /// Whoever begins to refer to a resource writes it again: it is not removed by somebody who saw that nobody does.
    @Test func whatIsReferredToIsNotRemovedMeanwhile() async throws {
        let world = try await Self.world(MemoryStore())
        try await world.transact { try $0.put(Self.group) }
        var removal = Draft(world.read { (state: borrowing WorldState) in copy state }) { 1 }
        removal.remove(Self.group)
        try await world.transact { try $0.put(Self.group) }
        let now = world.read { $0.parameterGroups[Self.group.key]?.version }
        #expect(removal.transaction.conditions.first?.version != now)
    }

    @Test func aRecordUnderAnothersKeyIsLeftAlone() throws {
        var state = WorldState()
        state.load(Record(key: "parameter-group/000000000000/us-east-1/other", value: try JSONEncoder().encode(Self.group), version: 3))
        #expect(state.resources(ParameterGroup.self, in: Fixture.home).isEmpty && state.unreadable.count == 1)
    }
}
