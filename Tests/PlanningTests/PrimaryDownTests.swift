import CacheModel
import Testing

@testable import Planning

/// With automatic failover, and with cluster mode disabled.
@Suite struct PrimaryDownTests {
    @Test(arguments: failovers + noSuccessor + lastOnes + unfinishedPromotions + endpoints)
    func plans(_ example: PlanCase) { example.check(example.situation.roles) }

    private static let killed = ObservedProcess.exited(detail: "killed")
    private static let healthy = Situation.healthy(.disabled())
    private static let down = healthy.with(first, killed, saved: true)
    private static let saved = SavedSnapshot(time: 100, replicationID: "ours", offset: 100)

    static let failovers = [
        PlanCase("a synced replica takes over", down, steps: Step.failover(to: second, followedBy: third)),
        PlanCase(
            "the one with more of the stream", down.answering(third) { $0.offset = 101 },
            steps: Step.failover(to: third, followedBy: second)),
        PlanCase(
            "a synced replica without a single write takes over",
            down.answering(second) { $0.offset = 0 }.with(third, .stopped), steps: Step.failover(to: second, followedBy: [])),
        PlanCase(
            "a synced replica does not wait for a silent one, which is not told to follow", down.with(second, .silent),
            steps: Step.failover(to: third, followedBy: [])),
        PlanCase(
            "one that syncs is no candidate, and follows",
            down.answering(second) { ($0.hasSynced, $0.isLinked, $0.offset) = (false, false, 1_000) },
            steps: Step.failover(to: third, followedBy: second)),
        PlanCase(
            "what the primary saved is not asked: a replica is up at once", healthy.with(first, killed, snapshot: .init(time: 999)),
            steps: Step.failover(to: second, followedBy: third)),
        PlanCase(
            "a replica whose zone is down is about to end: what it has is brought back",
            down.dark(second).with(third, .stopped),
            steps: [.save(member: second), .start(first, seeds: [second], replaces: true)]),
        PlanCase(
            "its zone is down and another has the data", down.dark(first), steps: Step.failover(to: second, followedBy: third)),
        PlanCase(
            "all zones are down: nobody is promoted, everybody is ended", down.dark(first, second, third),
            steps: [.stop(member: second, reason: .zoneDown), .stop(member: third, reason: .zoneDown)],
            waits: ["zone us-east-1a of g-001 is down"]),
        PlanCase(
            "two died: the promoted one dies too, before anybody follows it",
            down.with { $0.group.nodeGroups[0].primary = second }.with(second, killed),
            steps: Step.failover(to: third, followedBy: [])),
        PlanCase(
            "the only one that is fit was to leave", down.recorded(second) { $0.change = .leaving }.with(third, killed),
            steps: Step.failover(to: second, followedBy: [])),
        PlanCase(
            "it was rebooted: it comes back in place, on its own data, which is as new as the replicas'",
            healthy.with(first, .stopped, snapshot: saved).recorded(first) { $0.change = .rebooting(incarnation: 1) },
            steps: [.start(first)]),
        PlanCase(
            "rebooted, and could not save all: a replica's data is taken",
            healthy.with(first, .stopped, snapshot: .init(time: 100, replicationID: "ours", offset: 99))
                .recorded(first) { $0.change = .rebooting(incarnation: 1) },
            steps: [.save(member: second), .start(first, seeds: [second], replaces: true)]),
        PlanCase(
            "rebooted, and it ended again by itself: that is an end like any other",
            healthy.with(first, killed, snapshot: saved).recorded(first) { $0.change = .rebooting(incarnation: 0) },
            steps: Step.failover(to: second, followedBy: third)),
        PlanCase(
            "to be rebooted, and its zone is down",
            down.dark(first).recorded(first) { $0.change = .rebooting(incarnation: 1) },
            steps: Step.failover(to: second, followedBy: third)),
    ]

    static let noSuccessor = [
        PlanCase(
            "a replica that was never synced does not take over",
            down.answering(second) { $0.hasSynced = false }.with(third, killed), steps: [.start(first)]),
        PlanCase(
            "nor does it keep the primary waiting, however much it holds",
            healthy.with(first, killed).answering(second) { ($0.hasSynced, $0.offset) = (false, 1_000_000) }
                .with(third, .stopped, saved: true),
            steps: [.start(first, seeds: [third])]),
        PlanCase(
            "a silent replica may be the one with the data", down.with(second, .silent).with(third, .loading),
            waits: ["g-002, g-003 must answer before g-001"]),
        PlanCase(
            "a starting replica may be the one", down.with(second, .starting).with(third, .stopped), waits: ["g-002 must answer"]),
        PlanCase(
            "one in the middle of a full sync has what it had before, if it comes to nothing",
            down.with(third, .stopped).answering(second) { ($0.hasSynced, $0.isLinked, $0.isSyncing) = (false, false, true) },
            waits: ["g-002 must answer"]),
        PlanCase(
            "one that ends may be the one, too", down.with(second, .ending).with(third, .stopped), waits: ["g-002 must answer"]),
        PlanCase(
            "it ended too often of late", Situation.healthy(.disabled(nodes: 1)).with(first, killed, mayStart: false),
            waits: ["g-001 is started again in a moment"]),
        PlanCase(
            "its engine is not installed any more",
            Situation.healthy(.disabled(nodes: 1)).with(first, killed).with(first) {
                $0.buildIsMissing = true
            }, waits: ["the engine of g-001 is not installed"]),
        PlanCase(
            "its zone is down", Situation.healthy(.disabled(nodes: 1)).with(first, .stopped).dark(first),
            waits: ["the zone us-east-1a of g-001 is down"]),
    ]

    /// All replicas have been silent for longer than anybody waits, and the first may have saved something.
    private static func lost(_ seconds: Double = 600, saved: Bool = true) -> Situation {
        healthy.with(first, killed, saved: saved).silent(second, for: seconds).silent(third, for: seconds)
    }

    private static let isAwaited = "g-002, g-003 must answer before g-001"

    static let lastOnes = [
        PlanCase("a moment before", lost(599), waits: [isAwaited]),
        PlanCase(
            "waited for long enough: they are ended", lost(),
            steps: [.stop(member: second, reason: .hung), .stop(member: third, reason: .hung)]),
        PlanCase("nobody is known to have saved anything: they are all there is", lost(6000, saved: false), waits: [isAwaited]),
        PlanCase("nothing is saved at all", lost(6000).with { $0.rules.durability = .none }, waits: [isAwaited]),
        PlanCase("one of them is heard from", lost().with(third, .loading), waits: [isAwaited]),
        PlanCase("one of them is ending already", lost().with(third) { $0.process = .ending }, waits: [isAwaited]),
        PlanCase("the operator gives nodes more time to answer", lost().with { $0.rules.hangDeadline = .seconds(61) }, waits: [isAwaited]),
        PlanCase(
            "another has the data", lost().with(third, .answering(healthy.replicaState(healthy.group.members[2]))),
            steps: Step.failover(to: third, followedBy: [])),
        PlanCase(
            "ended: the newest that is saved",
            lost().with(second, snapshot: .init(time: 101)).with(third, snapshot: .init(time: 99))
                .with(first, snapshot: .init(time: 100)).with { $0.group.nodeGroups[0].history = nil },
            steps: [.start(first, seeds: [second], replaces: true)]),
        PlanCase(
            "the successor of a switchover, who may take writes",
            lost().with(third, killed).with { $0.group.nodeGroups[0].successor = second }, steps: [.stop(member: second, reason: .hung)]),
        PlanCase(
            "the one whom the primary follows, after a switchover that is not on record",
            healthy.answering(first) { ($0.role, $0.follows, $0.isLinked) = (.replica, ReplicationGroup.address(12), false) }
                .silent(second, for: 600).with(third, killed, saved: true), steps: [.stop(member: second, reason: .hung)]),
    ]

    private static let promoting = healthy.with { $0.group.nodeGroups[0].primary = second }.with(first, killed)

    static let unfinishedPromotions = [
        PlanCase("recorded, and the order was lost", promoting, steps: [.promote(member: second)]),
        PlanCase(
            "recorded, and the old primary still is one: it hands over", promoting.claiming(first),
            steps: [.handOver(from: first, to: second)]),
        PlanCase(
            "not before it is linked", promoting.claiming(first).answering(second) { $0.isLinked = false },
            waits: ["g-002 is not linked to g-001"]),
        PlanCase("recorded, and the old one is silent", promoting.with(first, .silent), waits: ["g-001, which g-002 follows"]),
        PlanCase(
            "recorded, and the old one is hung", promoting.with(first, .silent).silent(first, for: 2).heard(second, third, ago: 5),
            steps: [.stop(member: first, reason: .hung)]),
        PlanCase("recorded and silent: nobody else is touched", promoting.with(second, .silent), waits: ["g-002 does not answer"]),
        PlanCase(
            "promoted, and the answer was lost: the others follow, the old one comes back as a replica", promoting.claiming(second),
            steps: [.start(first, follows: second), .replicate(third, from: second)]),
        PlanCase(
            "the old primary is back and claims to be one", promoting.claiming(second).claiming(first),
            steps: [.replicate(first, from: second), .replicate(third, from: second)]),
    ]

    /// Nor may it be put off for other things that are done later.
    @Test func theEndpointIsGivenUpBeforeItIsTakenInTheWholePlan() {
        let steps = Self.held.plan.steps
        let expected = [Self.free, .endHistory(nodeGroup: "0001")] + Step.failover(to: second, followedBy: third).prefix(3)
        #expect(steps.prefix(5) == expected[...])
        #expect(steps.count { $0 == Self.free } == 1)
    }

    /// The third still has the endpoint's address from a switchover that was interrupted.
    private static let held = down.answering(third) { $0.boundAddresses.append(ReplicationGroup.address(101)) }
    private static let free = Step.bind(member: third, addresses: [ReplicationGroup.address(13)])

    static let endpoints = [
        PlanCase("it is given up before another takes it", held, steps: [free] + Step.failover(to: second, followedBy: third)),
        PlanCase(
            "and before the primary starts with it", held.answering(third) { $0.hasSynced = false }.with(second, .stopped),
            steps: [free, .start(first)]),
        PlanCase(
            "who takes over may keep it", held.with(second, .stopped), steps: Step.failover(to: third, followedBy: [])),
        PlanCase(
            "an engine that can't move addresses is not told",
            Situation.healthy(.disabled(movesAddresses: false)).with(first, killed),
            steps: Step.failover(to: second, followedBy: third, endpoint: false)),
    ]
}

/// Without automatic failover the primary comes back in its place, with the newest data there is.
@Suite struct WithoutFailoverTests {
    @Test(arguments: examples + saveFailing)
    func plans(_ example: PlanCase) { example.check(example.situation.roles) }

    private static let killed = ObservedProcess.exited(detail: "killed")
    private static let healthy = Situation.healthy(.disabled(automaticFailover: false))
    private static let down = healthy.with(first, killed)
    private static let fromSecond: [Step] = [.save(member: second), .start(first, seeds: [second], replaces: true)]

    private static func saved(_ offset: Int64, _ history: String? = "ours", log: Bool = false) -> Situation {
        healthy.with(first, killed, snapshot: .init(time: 100, replicationID: history, offset: offset), hasLog: log)
    }

    /// It has been away for longer than anybody waits.
    private static func late(_ situation: Situation) -> Situation {
        situation.with { $0.observed.withoutPrimary["0001"] = $0.rules.patience }
    }

    private static func unsaved(_ situation: Situation = down) -> Situation {
        [second, third].reduce(situation) { $0.answering($1) { $0.isSaveFailing = true } }
    }

    private static let outOfPlace: [Step] =
        [.giveUp(.recovery(member: first), reason: "g-002 has the data, which can not be brought to it")]
        + Step.failover(to: second, followedBy: third)

    static let saveFailing = [
        PlanCase("it is tried for some time", unsaved(), steps: fromSecond),
        PlanCase("then the replica takes over, which alone has the data", late(unsaved()), steps: outOfPlace),
        PlanCase("also from an older save", late(unsaved(saved(99))), steps: outOfPlace),
        PlanCase(
            "the copy can't be written", late(down).with(first, .refused(.directoryUnwritable, detail: "No space left")), steps: outOfPlace),
        PlanCase("it is late for another reason", late(down), steps: fromSecond),
        PlanCase("it can't be started for another reason", late(down).with(first, .refused(.startFailed, detail: "")), steps: fromSecond),
        PlanCase("its own file has more", late(unsaved(saved(101))), steps: [.start(first)]),
        PlanCase(
            "its append-only file has everything", late(unsaved(saved(99, log: true))).with { $0.rules.durability = .always },
            steps: [.start(first)]),
        PlanCase(
            "the replica's zone is down", late(unsaved()).dark(second, third),
            steps: [.save(member: second), .start(first, seeds: [second], replaces: true)]),
    ]

    static let examples = [
        PlanCase("a replica saves, and its data is taken", down, steps: fromSecond),
        PlanCase(
            "the furthest", down.answering(third) { $0.offset = 101 },
            steps: [.save(member: third), .start(first, seeds: [third], replaces: true)]),
        PlanCase("its own data is as new", saved(100), steps: [.start(first)]),
        PlanCase("its own data is newer", saved(200), steps: [.start(first)]),
        PlanCase("its own data is older", saved(99), steps: fromSecond),
        PlanCase("its own data is of another history", saved(1_000, "another"), steps: fromSecond),
        PlanCase("its own data is of no history", saved(1_000, nil), steps: fromSecond),
        PlanCase(
            "its own data is as new, and can't be loaded",
            saved(100).with(first) { $0.process = .exited(detail: "Short read or OOM loading DB") }.recorded(first) {
                $0.trouble = .noted(.ended, "killed", restarts: 3)
            }, steps: fromSecond),
        PlanCase(
            "every write is in its append-only file", saved(99, log: true).with { $0.rules.durability = .always }, steps: [.start(first)]),
        PlanCase("its append-only file is an old one", saved(99, log: true), steps: fromSecond),
        PlanCase(
            "no replica is synced: its own data", saved(1).with(second, .stopped).answering(third) { $0.hasSynced = false },
            steps: [.start(first)]),
        PlanCase(
            "a silent replica may have more", saved(1).with(second, .silent).with(third, .stopped),
            waits: ["g-002 must answer before g-001"]),
        PlanCase("a synced one does not wait for it", down.with(third, .silent), steps: fromSecond),
        PlanCase("its zone is down: it is waited for", down.dark(first), waits: ["the zone us-east-1a of g-001 is down"]),
        PlanCase(
            "to be rebooted, and its zone is down: nobody takes its place",
            down.dark(first).recorded(first) { $0.change = .rebooting(incarnation: 1) }, waits: ["the zone us-east-1a of g-001 is down"]),
        PlanCase("nobody saves before it may start", down.with(first) { $0.mayStart = false }, waits: ["is started again in a moment"]),
        PlanCase("nor before its engine is there", down.with(first) { $0.buildIsMissing = true }, waits: ["is not installed"]),
        PlanCase(
            "who was to leave has the data", down.recorded(second) { $0.change = .leaving }.with(third, .stopped), steps: fromSecond),
        PlanCase(
            "a switchover had been done, and was not on record", down.claiming(second).with { $0.group.nodeGroups[0].successor = second },
            steps: [.recordPrimary(nodeGroup: "0001", member: second, isFailover: true)]),
    ]
}
