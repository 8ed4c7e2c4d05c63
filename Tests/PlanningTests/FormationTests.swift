import CacheModel
import Testing

@testable import Planning

@Suite struct FormationTests {
    struct Outlook: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let process: ObservedProcess
        let starts: Int
        /// A part of the reason why there is no hope; nil while there is.
        let reason: String?

        init(_ name: String, _ process: ObservedProcess, starts: Int, reason: String? = nil) {
            testDescription = name
            self.process = process
            self.starts = starts
            self.reason = reason
        }
    }

    static let outlooks = [
        Outlook("running", .running, starts: 9),
        Outlook("ended once", .exited(detail: "bad"), starts: 1),
        Outlook("ended twice", .exited(detail: "bad"), starts: 2),
        Outlook("ended four times", .exited(detail: "bad"), starts: 4),
        Outlook("ended five times", .exited(detail: "bad"), starts: 5, reason: "g-002 ended 5 times: bad"),
        Outlook("no such program", .refused(.executableMissing, detail: "gone"), starts: 1, reason: "g-002 could not be started: gone"),
        Outlook("no such address", .refused(.addressMissing, detail: "none"), starts: 1, reason: "g-002 could not be started: none"),
        Outlook("no directory", .refused(.directoryUnwritable, detail: "full"), starts: 1, reason: "g-002 could not be started: full"),
        Outlook("no memory", .refused(.startFailed, detail: "ENOMEM"), starts: 1, reason: "g-002 could not be started: ENOMEM"),
        Outlook("an address in use is another matter", .refused(.addressInUse, detail: "taken"), starts: 31),
        Outlook(
            "32 addresses in use", .refused(.addressInUse, detail: "taken"), starts: 32,
            reason: "somebody listens on port 6379 at every address that was tried: choose another Port (g-002: taken)"),
    ]

    @Test(arguments: outlooks)
    func aCreationIsGivenUp(_ outlook: Outlook) throws {
        let situation = Situation.healthy(.disabled(status: .creating)).with(second, outlook.process, starts: outlook.starts)
        let found = Formation.hopelessness(situation.group, situation.observed)
        #expect(found?.contains(outlook.reason ?? "?") ?? (outlook.reason == nil))
        let fails = situation.plan.steps.contains { if case .fail = $0 { true } else { false } }
        #expect(fails == (outlook.reason != nil))
        if fails { #expect(situation.plan.steps.count == 1, "nothing else is done once it is given up") }
    }

    @Test(arguments: outlooks)
    func aGroupThatWasAvailableIsNeverGivenUp(_ outlook: Outlook) {
        for group in [ReplicationGroup.disabled(), .disabled(status: .modifying)] {
            let situation = Situation.healthy(group).with(second, outlook.process, starts: outlook.starts)
            #expect(Formation.hopelessness(situation.group, situation.observed) == nil)
        }
    }

    @Test(arguments: [
        PlanCase(
            "an address in use, before the group was available: another is chosen",
            Situation.healthy(.disabled(status: .creating)).with(second, .refused(.addressInUse, detail: "")),
            steps: [.moveAddress(member: second)]),
        PlanCase(
            "the primary's, too",
            Situation.healthy(.disabled(nodes: 1, status: .creating)).with(first, .refused(.addressInUse, detail: "")),
            steps: [.moveAddress(member: first)]),
        PlanCase(
            "a moment's rest does not hold up a new address",
            Situation.healthy(.disabled(status: .creating)).with(second, .refused(.addressInUse, detail: ""), mayStart: false),
            steps: [.moveAddress(member: second)]),
        PlanCase(
            "an address in use, after: it is tried again, clients know it",
            Situation.healthy(.disabled()).with(second, .refused(.addressInUse, detail: "")), steps: [.start(second, follows: first)]),
        PlanCase(
            "a replica is never seeded: it copies its primary",
            Situation.healthy(.disabled()).with(second, .stopped).with(first) { $0.hasSavedData = true },
            steps: [.start(second, follows: first)]),
        PlanCase(
            "a primary that has saved data keeps it, while nobody's is known to be newer",
            Situation.healthy(.disabled()).with(first, .exited(detail: ""), saved: true).with(second, .stopped, saved: true)
                .with(third, .stopped, saved: true),
            steps: [.start(first)]),
        PlanCase(
            "nobody has saved anything", Situation.healthy(.disabled(nodes: 2)).with(first, .stopped).with(second, .stopped),
            steps: [.start(first)]),
    ])
    func starts(_ example: PlanCase) { example.check(example.situation.roles) }
}
