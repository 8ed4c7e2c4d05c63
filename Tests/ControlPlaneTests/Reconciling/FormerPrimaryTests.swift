import CacheModel
import Testing

@testable import ControlPlane

/// Whose saved data counts beside that of a primary that never was one.
@Suite struct FormerPrimaryTests {
    private static let identity = ProcessStatus.Identity(pid: 1, startTime: 1, bootID: "b")

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var form = "NumCacheClusters=3&AutomaticFailoverEnabled=true"
        var phase = ProcessStatus.Phase.exited(detail: "killed")
        var reported = 3
        var successor: String?
        var earlier: FormerPrimary?
        let expected: FormerPrimary?

        init(_ name: String, _ expected: FormerPrimary? = nil, _ change: (inout Case) -> Void = { _ in }) {
            testDescription = name
            self.expected = expected
            change(&self)
        }
    }

    @Test(arguments: [
        Case("it ended", FormerPrimary(member: "g-001", incarnation: 3)),
        Case("it runs", nil) { $0.phase = .running(identity) },
        Case("it was started again, and nothing is known of that yet", nil) { $0.reported = 2 },
        Case("it may have handed over", nil) { $0.successor = "g-002" },
        Case("it never was one itself", FormerPrimary(member: "g-003", incarnation: 1)) {
            $0.earlier = FormerPrimary(member: "g-003", incarnation: 1)
        },
        Case("a cluster's histories are not known", nil) { $0.form = "NumNodeGroups=2&ReplicasPerNodeGroup=1" },
    ])
    func isRemembered(_ example: Case) async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", example.form)
        try await fixture.run("g", incarnation: 3)
        var group = try #require(fixture.group("g"))
        group.nodeGroups[0].successor = example.successor
        group.nodeGroups[0].formerPrimary = example.earlier
        let primary = try #require(group.nodeGroups[0].primaryMember)
        var state = fixture.world.read { (state: borrowing WorldState) in copy state }
        state.statuses[primary.process] = ProcessStatus(id: primary.process, incarnation: example.reported, phase: example.phase)
        #expect(FormerPrimary(primary.id, of: group.nodeGroups[0], in: group, state) == example.expected)
    }
}
