import CacheModel
import Testing

@testable import Planning

@Suite struct AccessGivingTests {
    private static let old = access("old")
    private static let new = access("new")

    private static func access(_ fingerprint: String) -> NodeAccess { NodeAccess(fingerprint: fingerprint, users: []) }

    /// A healthy group whose users are the new ones; its members have them, but for those named.
    private static func group(
        late: String..., status: GroupStatus = .available, userGroup: String? = nil, inForce: String? = nil
    ) -> Situation {
        Situation.healthy(.disabled()).with {
            $0.observed.access = new
            $0.group.status = status
            $0.group.userGroups = userGroup.map { [$0] }
            $0.group.accessInForce = inForce
            let ids = Set($0.group.members.map(\.id))
            $0.group.record(old, of: ids)
            $0.group.record(new, of: ids.subtracting(late))
        }
    }

    private static func give(_ members: String...) -> Step { .giveAccess(members: members, new) }

    static let cases = [
        PlanCase("as it should be", group()),
        PlanCase("its records can't be read", group(late: first).with { $0.observed.access = nil }),
        PlanCase("two are late", group(late: first, third), steps: [give(first, third)]),
        PlanCase("who does not answer is told later", group(late: first, third).with(third, .silent), steps: [give(first)]),
        PlanCase("who does not run is started with them", group(late: third).with(third, .exited(detail: "why"))),
        PlanCase(
            "out of place, and told all the same", group(late: third).answering(third) { $0.isLinked = false }, steps: [give(third)]),
        PlanCase("told before it is said to be in force", group(late: third, userGroup: "u", inForce: "old"), steps: [give(third)]),
        PlanCase("in force", group(userGroup: "u", inForce: "old"), steps: [.accessInForce(fingerprint: "new")]),
        PlanCase(
            "in force without who does not answer", group(late: third, userGroup: "u").with(third, .silent),
            steps: [.accessInForce(fingerprint: "new")]),
        PlanCase("known to be in force", group(userGroup: "u", inForce: "new")),
    ]

    @Test(arguments: cases) func plans(_ example: PlanCase) {
        example.check(AccessGiving.plan(example.situation.group, example.situation.observed))
    }

    @Test func aGroupIsModifyingUntilAllThatAnswerHaveThem() {
        #expect(Self.group(late: second, status: .modifying).plan.steps == [Self.give(second)])
        #expect(Self.group(status: .modifying).plan.steps == [.becomeAvailable])
    }

    @Test func aFailoverComesFirst() throws {
        let plan = Self.group(late: second).with(first, .exited(detail: "why"), saved: true).plan
        let promotion = try #require(plan.steps.firstIndex(of: .promote(member: second)))
        let giving = try #require(plan.steps.firstIndex(of: Self.give(second)))
        #expect(promotion < giving)
    }
}
