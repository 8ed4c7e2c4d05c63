import CacheModel
import Testing

@testable import ControlPlane

extension Fixture {
    /// Records a process for each of a group's members.
    func run(_ id: String, incarnation: Int = 1) async throws {
        let members = try #require(group(id)).members
        try await world.transact { draft in
            for member in members {
                try draft.put(ProcessSpec(id: member.process, incarnation: incarnation, executable: "/opt/engine", arguments: []))
            }
        }
    }

    /// Messages of the realm's events, oldest first.
    func events(of id: String) -> [String] {
        world.read { ($0.events[Self.home] ?? []).map(\.event).filter { $0.identifier == id }.map(\.message) }
    }

    /// Calls an action that must be refused, and changes nothing.
    func expectRefusal(
        _ action: String, _ form: String, _ code: String, _ text: String, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let before = try await records()
        let reply = try await call(action, form)
        #expect(reply.code == code && reply.message.contains(text), "\(reply.text)", sourceLocation: sourceLocation)
        #expect(try await records() == before, sourceLocation: sourceLocation)
    }
}
