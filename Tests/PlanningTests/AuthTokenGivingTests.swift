import CacheModel
import Foundation
import Testing

@testable import Planning

@Suite struct AuthTokenGivingTests {
    private static let date = Date(timeIntervalSince1970: 0)
    private static let old = AuthTokens("old", at: date)
    private static let new = AuthTokens("new", at: date)

    /// A healthy group whose tokens are the new ones; its members have them, but for those named.
    private static func group(late: String..., status: GroupStatus = .available) -> Situation {
        var situation = Situation.healthy(.disabled()).with {
            $0.group.authTokens = new
            $0.group.status = status
        }
        for member in situation.group.members {
            situation = situation.recorded(member.id) { $0.authTokens = late.contains(member.id) ? old : new }
        }
        return situation
    }

    static let cases = [
        PlanCase("as it should be", group()),
        PlanCase("none", Situation.healthy(.disabled())),
        PlanCase("two are late", group(late: first, third), steps: [.giveAuthTokens(members: [first, third])]),
        PlanCase(
            "who does not answer is told later", group(late: first, third).with(third, .silent), steps: [.giveAuthTokens(members: [first])]),
        PlanCase("who does not run is started with them", group(late: third).with(third, .exited(detail: "why"))),
        PlanCase(
            "out of place, and told all the same", group(late: third).answering(third) { $0.isLinked = false },
            steps: [.giveAuthTokens(members: [third])]),
    ]

    @Test(arguments: cases) func plans(_ example: PlanCase) {
        example.check(AuthTokenGiving.plan(example.situation.group, example.situation.observed))
    }

    @Test func aGroupIsModifyingUntilAllThatAnswerHaveThem() {
        #expect(Self.group(late: second, status: .modifying).plan.steps == [.giveAuthTokens(members: [second])])
        #expect(Self.group(status: .modifying).plan.steps == [.becomeAvailable])
    }

    @Test func aFailoverComesFirst() throws {
        let plan = Self.group(late: second).with(first, .exited(detail: "why"), saved: true).plan
        let promotion = try #require(plan.steps.firstIndex(of: .promote(member: second)))
        let giving = try #require(plan.steps.firstIndex(of: .giveAuthTokens(members: [second])))
        #expect(promotion < giving)
    }
}
