import CacheModel
import Testing

@testable import Planning

@Suite struct HistoriesTests {
    @Test(arguments: known + beginnings)
    func completes(_ example: PlanCase) { example.check(example.situation.plan) }

    private static let healthy = Situation.healthy(.disabled())
    private static let killed = ObservedProcess.exited(detail: "killed")
    private static let saved = SavedSnapshot(time: 1, replicationID: "ours", offset: 1)
    private static let end = Step.endHistory(nodeGroup: "0001")
    private static func record(_ history: String = "ours") -> Step { .recordHistory(nodeGroup: "0001", history: history) }
    private static func recorded(_ history: String?, until end: Int64? = nil, _ situation: Situation = healthy) -> Situation {
        situation.with { ($0.group.nodeGroups[0].history, $0.group.nodeGroups[0].historyEnd) = (history, end) }
    }

    static let known = [
        PlanCase("as it is on record", healthy),
        PlanCase("none is on record", recorded(nil), steps: [record()]),
        PlanCase("another is", recorded("past"), steps: [record()]),
        PlanCase("it was to end, and goes on", recorded("ours", until: 9), steps: [record()]),
        PlanCase("the primary does not say", recorded("past", healthy.answering(first) { $0.replicationID = "" })),
        PlanCase("the primary is silent", recorded("past", healthy.with(first, .silent)), waits: ["g-001 does not answer"]),
        PlanCase(
            "the primary is none yet: nothing is known of what comes",
            recorded("past", until: 9, healthy.answering(first) { $0.role = .replica }),
            steps: [.promote(member: first)]),
        PlanCase("the group does not stand yet", Situation.healthy(.disabled(status: .creating)), steps: [.becomeAvailable]),
        PlanCase("a cluster may choose a primary by itself: its history is not known", .healthy(.enabled())),
        PlanCase(
            "a replica's is of no account", healthy.answering(second) { $0.replicationID = "past" }),
    ]

    static let beginnings = [
        PlanCase(
            "a failover", healthy.with(first, killed),
            steps: [end] + Step.failover(to: second, followedBy: third) + [.note(first, .ended, "killed")]),
        PlanCase(
            "it has ended already", recorded("ours", until: 9, healthy.with(first, killed)),
            steps: Step.failover(to: second, followedBy: third) + [.note(first, .ended, "killed")]),
        PlanCase(
            "none was known", recorded(nil, healthy.with(first, killed)),
            steps: Step.failover(to: second, followedBy: third) + [.note(first, .ended, "killed")]),
        PlanCase(
            "a hand-over: it ends before, and what the old primary says is not recorded after",
            recorded("past", healthy.with { $0.group.nodeGroups[0].successor = second }),
            steps: [end, .handOver(from: first, to: second), .recordPrimary(nodeGroup: "0001", member: second, isFailover: true)]),
        PlanCase(
            "a promotion alone", healthy.answering(first) { $0.role = .replica }, steps: [end, .promote(member: first)]),
        PlanCase(
            "a primary is started again", Situation.healthy(.disabled(nodes: 1)).with(first, snapshot: saved),
            steps: [.note(first, .ended), end, .start(first)],
            waits: []),
        PlanCase(
            "a replica is started again, which begins none", healthy.with(third, .stopped).with { $0.observed.routes["g-ro-u1"] = nil },
            steps: [.start(third, follows: first), .route(healthy.reader([second]))]),
    ]

    @Test func theHistoriesBeforeAreKept() {
        var nodeGroup = Self.healthy.group.nodeGroups[0]
        nodeGroup.historyEnd = 9
        for history in ["ours", "b", "ours", "c"] { nodeGroup.record(history: history) }
        #expect(nodeGroup.history == "c" && nodeGroup.historyEnd == nil && nodeGroup.pastHistories == ["ours", "b"])
        for number in 0..<20 { nodeGroup.record(history: "\(number)") }
        #expect(nodeGroup.pastHistories?.count == 16 && nodeGroup.pastHistories?.first == "18")
    }

    /// Without automatic failover: the primary comes back with the newest data, not with that of whoever happens to run.
    @Test(arguments: recoveries)
    func recovers(_ example: PlanCase) { example.check(example.situation.roles) }

    private static let inPlace = Situation.healthy(.disabled(automaticFailover: false)).with {
        ($0.group.nodeGroups[0].history, $0.group.nodeGroups[0].pastHistories) = ("now", ["ours"])
    }.with(third, .stopped)
    private static func copy(_ history: String, _ offset: Int64) -> SavedSnapshot {
        SavedSnapshot(time: 1, replicationID: history, offset: offset)
    }
    private static let fromReplica: [Step] = [.save(member: second), .start(first, seeds: [second], replaces: true)]

    static let recoveries = [
        PlanCase(
            "a replica that followed an earlier primary only, and its own copy", inPlace.with(first, snapshot: copy("now", 1)),
            steps: [.start(first)]),
        PlanCase("a copy of the same history that is shorter", inPlace.with(first, snapshot: copy("ours", 1)), steps: fromReplica),
        PlanCase(
            "another's copy", inPlace.with(first, killed).with(third, snapshot: copy("now", 1)), steps: [.start(first, seeds: [third])]),
        PlanCase("no copy at all: the replica's", inPlace.with(first, killed), steps: fromReplica),
        PlanCase(
            "an earlier primary's replica, and one that may have more does not answer",
            inPlace.with(first, killed).with(third, .silent), waits: ["g-003 must answer"]),
        PlanCase(
            "the replica with the most is to leave: its data is taken all the same",
            Situation.healthy(.disabled(automaticFailover: false)).with(first, killed).recorded(second) { $0.change = .leaving }
                .answering(second) { $0.offset = 101 }, steps: fromReplica),
    ]
}
