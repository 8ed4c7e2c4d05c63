import CacheModel
import Testing

@testable import Planning

@Suite struct DeletionTests {
    /// The group's routes are gone already.
    private static func deleting(_ group: ReplicationGroup = .disabled(status: .deleting), retaining: Bool = false) -> Situation {
        Situation.healthy(group).with {
            $0.group.retainsPrimary = retaining
            $0.observed.routes = [:]
        }
    }

    private static func all(_ process: ObservedProcess, _ situation: Situation) -> Situation {
        situation.group.members.reduce(situation) { $0.with($1.id, process) }
    }

    private static let removeAll: [Step] = [.remove(member: first), .remove(member: second), .remove(member: third)]

    @Test(arguments: [
        ObservedProcess.starting, .running, .exited(detail: ""), .stopped, .refused(.addressInUse, detail: ""),
        .refused(.startFailed, detail: ""),
    ])
    func whateverMayHaveADirectoryIsRemoved(process: ObservedProcess) {
        #expect(Self.all(process, Self.deleting()).plan == Plan(steps: Self.removeAll))
    }

    @Test(arguments: [ObservedProcess.absent, .removed])
    func whenAllIsGoneItIsForgotten(process: ObservedProcess) {
        #expect(Self.all(process, Self.deleting()).plan == .do(.forget))
        #expect(Self.all(process, Self.deleting(.enabled(shards: 2, status: .deleting))).plan == .do(.forget))
    }

    @Test(arguments: plain + retaining)
    func plans(_ example: PlanCase) { example.check(example.situation.plan) }

    static let plain = [
        PlanCase(
            "the routes go first", .healthy(.disabled(status: .deleting)), steps: [.dropRoute(name: "g-ro-u1")] + removeAll),
        PlanCase("ending is not gone", all(.ending, deleting()), waits: ["g-001 is ending", "g-002 is ending", "g-003 is ending"]),
        PlanCase(
            "one is left", all(.removed, deleting()).with(second, .running), steps: [.remove(member: second)]),
        PlanCase(
            "the forwarder has not let go",
            all(.removed, deleting()).with {
                $0.observed.routes["g-ro-u1"] = ObservedRoute(desired: nil, applied: nil)
            }, waits: ["the forwarder still serves"]),
        PlanCase("it was never started", .blank(.disabled(status: .deleting)), steps: [.forget]),
    ]

    private static let kept = deleting(retaining: true).with(second, .removed).with(third, .removed)
    private static let unbind = Step.bind(member: first, addresses: [ReplicationGroup.address(11)])

    static let retaining = [
        PlanCase(
            "the primary stays, and gives up the endpoint", deleting(retaining: true),
            steps: [.remove(member: second), .remove(member: third), unbind]),
        PlanCase("the endpoint is given up before its address can be another's", kept, steps: [unbind]),
        PlanCase(
            "a primary that does not answer may still hold the endpoint", kept.with(first, .silent), waits: ["g-001 does not answer"]),
        PlanCase("one that loads, too", kept.with(first, .loading), waits: ["g-001 is loading"]),
        PlanCase(
            "given up", kept.answering(first) { $0.boundAddresses = [ReplicationGroup.address(11)] }, steps: [.becomeCacheCluster]),
        PlanCase(
            "a primary that is down is started again before it is left alone", kept.with(first, .exited(detail: ""), saved: true),
            steps: [.start(first)]),
        PlanCase(
            "while the primary is silent nobody goes, and no route is dropped",
            Situation.healthy(.disabled(status: .deleting)).with { $0.group.retainsPrimary = true }.with(first, .silent),
            waits: ["g-001 does not answer"]),
        PlanCase(
            "while it loads, too", deleting(retaining: true).with(first, .loading), waits: ["g-001 is loading"]),
        PlanCase(
            "the primary ended: who has its data is kept in its place",
            deleting(retaining: true).with(first, .exited(detail: ""), saved: true),
            steps: Step.failover(to: second, followedBy: third)),
        PlanCase(
            "without failover it comes back with the data",
            deleting(.disabled(status: .deleting, automaticFailover: false), retaining: true).with(first, .exited(detail: "")),
            steps: [.save(member: second), .start(first, seeds: [second], replaces: true)]),
        PlanCase(
            "nobody else has the data: the primary starts again first",
            deleting(retaining: true).with(first, .exited(detail: "")).with(second, .ending).with(third, .removed),
            waits: ["g-002 must answer before g-001"]),
        PlanCase(
            "recorded, and not yet told", deleting(retaining: true).with { $0.group.nodeGroups[0].primary = second }.with(first, .stopped),
            steps: [.promote(member: second)]),
        PlanCase(
            "taken over: now the others go, and the old primary first",
            deleting(retaining: true).with { $0.group.nodeGroups[0].primary = second }.with(first, .stopped).claiming(second),
            steps: [.remove(member: first), .remove(member: third)]),
        PlanCase(
            "a primary that is not to stay is nobody's concern", deleting().with(first, .exited(detail: "")), steps: removeAll),
        PlanCase(
            "an engine that can't move addresses never had it",
            deleting(.disabled(status: .deleting, movesAddresses: false), retaining: true).with(second, .removed).with(third, .removed),
            steps: [.becomeCacheCluster]),
        PlanCase(
            "the primary is whoever is on record",
            deleting(retaining: true).with { $0.group.nodeGroups[0].primary = second }.with(first, .removed).with(third, .removed)
                .claiming(second),
            steps: [.becomeCacheCluster]),
    ]

    @Test func aFailedCreationLeavesItsRecordAndNothingElse() {
        let failed = ReplicationGroup.disabled(status: .createFailed)
        #expect(Situation.healthy(failed).plan == Plan(steps: [.dropRoute(name: "g-ro-u1")] + Self.removeAll))
        #expect(Situation.blank(failed).plan.isSettled)
        #expect(Self.all(.removed, .blank(failed)).plan.isSettled)
        #expect(Self.all(.ending, .blank(failed)).plan.waits.count == 3)
    }

    @Test func aLoneCacheClusterGoesToo() {
        var alone = ReplicationGroup.disabled(nodes: 1, status: .deleting)
        alone.kind = .cacheCluster
        alone.nodeGroups[0].primaryAddress = nil
        alone.nodeGroups[0].readerAddress = nil
        #expect(Situation.healthy(alone).plan == .do(.remove(member: first)))
        #expect(Situation.healthy(alone).with(first, .removed).plan == .do(.forget))
    }
}
