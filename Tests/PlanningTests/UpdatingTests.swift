import CacheModel
import Foundation
import Testing

@testable import Planning

/// A service update, step by step.
@Suite struct UpdatingTests {
    private static let old = "/redis-server"
    private static let new = "/new/redis-server"

    /// A group that an update was applied to, all of whose nodes still run on the old build but those that are named.
    private static func updating(
        _ group: ReplicationGroup, renewed: [String] = [], state: UpdateProgress.State = .inProgress
    ) -> Situation {
        var group = group
        let build = BuildReference(engine: .redis, version: "7.0.16", path: new, movesAddresses: group.build.movesAddresses)
        var progress = UpdateProgress(build: build, requested: Date(timeIntervalSince1970: 0))
        progress.enter(state, at: Date(timeIntervalSince1970: 1))
        group.updates = ["redis-7-0-16": progress]
        group.status = .modifying
        var situation = Situation.healthy(group)
        for id in situation.observed.members.keys {
            situation.observed.members[id]?.executable = renewed.contains(id) ? new : old
        }
        for id in renewed { situation = situation.recorded(id) { $0.build = build } }
        return situation
    }

    private static func own(_ plan: Plan) -> [Step] {
        plan.steps.filter {
            switch $0 {
            case .renew, .chooseSuccessor, .endUpdate, .save: true
            default: false
            }
        }
    }

    @Test func replicasFirstOneByOne() {
        #expect(Self.own(Self.updating(.disabled()).plan) == [.renew(member: second)])
        #expect(Self.own(Self.updating(.disabled(), renewed: [second]).plan) == [.renew(member: third)])
    }

    @Test func thenThePrimaryHandsOver() {
        let plan = Self.updating(.disabled(), renewed: [second, third]).plan
        #expect(Self.own(plan) == [.chooseSuccessor(nodeGroup: "0001", member: second)])
    }

    @Test func aPrimaryAloneIsSavedAndRenewedInPlace() {
        let plan = Self.updating(.disabled(nodes: 1, automaticFailover: false)).plan
        #expect(Self.own(plan) == [.save(member: first), .renew(member: first)])
    }

    /// Nothing is written down when it is told to end.
    @Test func aPrimaryAloneIsNotRenewedWhereNothingIsSaved() {
        var situation = Self.updating(.disabled(nodes: 1, automaticFailover: false))
        situation.rules.durability = .none
        let reason = "\(first) has no replica, and nothing is saved (--durability none)"
        #expect(Self.own(situation.plan) == [.endUpdate(.failed(reason: reason))])
        // One with replicas hands over.
        var pair = Self.updating(.disabled(), renewed: [second, third])
        pair.rules.durability = .none
        #expect(Self.own(pair.plan) == [.chooseSuccessor(nodeGroup: "0001", member: second)])
    }

    @Test func itIsCompleteWhenAllRunOnTheNewBuild() {
        #expect(Self.own(Self.updating(.disabled(), renewed: [first, second, third]).plan) == [.endUpdate(.complete)])
    }

    /// Every shard's replicas before any primary.
    @Test func aCluster() {
        let group = ReplicationGroup.enabled(shards: 2, replicas: 1)
        let replicas = ["g-0001-002", "g-0002-002"]
        #expect(Self.own(Self.updating(group).plan) == [.renew(member: replicas[0])])
        #expect(Self.own(Self.updating(group, renewed: [replicas[0]]).plan) == [.renew(member: replicas[1])])
        let then = Self.updating(group, renewed: replicas).plan
        #expect(Self.own(then) == [.chooseSuccessor(nodeGroup: "0001", member: replicas[0])])
    }

    @Test func aClusterHandsOverToo() {
        var situation = Self.updating(.enabled(shards: 2, replicas: 1), renewed: ["g-0001-002", "g-0002-002"])
        situation.group.nodeGroups[0].successor = "g-0001-002"
        let plan = situation.plan
        #expect(plan.steps.contains(.handOver(from: "g-0001-001", to: "g-0001-002")), "\(plan)")
        #expect(Self.own(plan).isEmpty)
    }

    /// Nobody is taken down while anything is wrong, or while another node is being replaced.
    @Test func itWaits() {
        let unlinked = Self.updating(.disabled()).with(third) { seen in
            guard case .answering(var state) = seen.engine else { return }
            state.isLinked = false
            seen.engine = .answering(state)
        }
        let down = Self.updating(.disabled()).with(third, .exited(detail: "killed"))
        let rebooting = Self.updating(.disabled()).recorded(third) { $0.change = .rebooting(incarnation: 1) }
        for situation in [unlinked, down, rebooting] {
            #expect(Self.own(situation.plan).isEmpty, "\(situation.plan)")
            #expect(situation.plan.waits.contains { $0.contains("redis-7-0-16") })
            #expect(!situation.plan.steps.contains(.becomeAvailable))
        }
    }

    @Test(arguments: [
        (ObservedProcess.exited(detail: "oh"), 4, true), (.exited(detail: "oh"), 3, false),
        (.refused(.executableMissing, detail: "gone"), 2, true), (.refused(.addressInUse, detail: "taken"), 2, false),
    ])
    func anEngineThatCanNotBeRunIsGivenUp(process: ObservedProcess, incarnation: Int, isGivenUp: Bool) {
        let situation = Self.updating(.disabled(), renewed: [second]).recorded(second) { $0.change = .rebooting(incarnation: 1) }
            .with(second, process, starts: incarnation)
        let failures = situation.plan.steps.filter { if case .endUpdate(.failed) = $0 { true } else { false } }
        #expect(failures.isEmpty != isGivenUp, "\(situation.plan)")
    }

    @Test func aBuildThatIsGoneIsGivenUp() {
        let situation = Self.updating(.disabled(), renewed: [second]).recorded(second) { $0.change = .rebooting(incarnation: 1) }
            .with(second) { seen in
                seen = ObservedMember(process: .stopped, incarnation: 1, executable: Self.old, buildIsMissing: true)
            }
        #expect(situation.plan.steps.contains(.endUpdate(.failed(reason: "\(Self.new) is not installed any more"))), "\(situation.plan)")
    }

    @Test func stopping() {
        // Between two nodes it stops at once.
        #expect(Self.own(Self.updating(.disabled(), renewed: [second], state: .stopping).plan) == [.endUpdate(.stopped)])
        // A node that is on its way is waited for; one that runs and does not come into its place goes back.
        let ending = Self.updating(.disabled(), renewed: [second], state: .stopping)
            .recorded(second) { $0.change = .rebooting(incarnation: 1) }
        #expect(Self.own(ending.with(second, .ending).plan).isEmpty)
        #expect(Self.own(ending.with(second, .starting, starts: 2).plan).isEmpty)
        let lost = ending.with(second) { seen in
            seen.incarnation = 2
            guard case .answering(var state) = seen.engine else { return }
            state.isLinked = false
            seen.engine = .answering(state)
        }
        #expect(Self.own(lost.plan) == [.endUpdate(.stopped)], "\(lost.plan)")
    }

    /// Nothing keeps a group from its next change for ever: an update that can't begin can be stopped, and is over when it took too long.
    @Test func whatCanNotGoOnIsOver() {
        let dark = Self.updating(.disabled()).dark(third).with(third, .stopped)
        #expect(!Self.own(dark.plan).contains { if case .endUpdate = $0 { true } else { false } }, "\(dark.plan)")
        let stopping = Self.updating(.disabled(), state: .stopping).dark(third).with(third, .stopped)
        #expect(Self.own(stopping.plan) == [.endUpdate(.stopped)], "\(stopping.plan)")
        let late = dark.with { $0.observed.waited[.settings] = $0.rules.patience }
        #expect(Self.own(late.plan) == [.endUpdate(.failed(reason: "not every node was in its place in time"))], "\(late.plan)")
    }

    /// A node that runs on the new build and never comes into its place goes back to the old one.
    @Test func aNodeThatIsNotBackInTimeGoesBack() {
        let lost = Self.updating(.disabled(), renewed: [second]).recorded(second) { $0.change = .rebooting(incarnation: 1) }
            .with(second) { seen in
                seen.incarnation = 2
                seen.engine = .silent
            }.with { $0.observed.waited[.reboot(member: second)] = $0.rules.patience }
        let failures = lost.plan.steps.filter { if case .endUpdate(.failed) = $0 { true } else { false } }
        #expect(failures.count == 1, "\(lost.plan)")
        #expect(!lost.plan.steps.contains { if case .giveUp = $0 { true } else { false } }, "\(lost.plan)")
    }

    // MARK: To the end, whatever happens

    private static func apply(_ simulated: inout SimulatedGroup) {
        let build = BuildReference(engine: .redis, version: "7.0.16", path: new, movesAddresses: simulated.group.build.movesAddresses)
        simulated.group.updates = ["redis-7-0-16": UpdateProgress(build: build, requested: Date(timeIntervalSince1970: 0))]
        simulated.group.status = .modifying
    }

    /// Engines that live lose nothing by an update, in no shape.
    @Test(arguments: Shape.allCases)
    func anUpdateLosesNoWrite(_ shape: Shape) {
        for seed in 0..<20 {
            var simulated = SimulatedGroup.standing(shape, seed: UInt64(seed))
            Self.apply(&simulated)
            for _ in 0..<(seed % 15) { simulated.round([.losses, .lags]) }
            simulated.settle(within: 200)
            simulated.expectHealthy("\(shape) \(seed)")
            #expect(simulated.group.updates?.values.first?.state == .complete && simulated.group.build.path == Self.new)
            #expect(simulated.group.members.allSatisfy { $0.build == nil })
            #expect(simulated.nodes.values.allSatisfy { $0.executable == Self.new }, "\(shape) \(seed)\n\(simulated.story)")
            let held = simulated.group.nodeGroups.compactMap { simulated.nodes[$0.primary]?.data.count }.reduce(0, +)
            #expect(held == simulated.acknowledged, "\(shape) \(seed)\n\(simulated.story)")
        }
    }

    @Test(arguments: Shape.allCases)
    func underFaultsItComesToAnEnd(_ shape: Shape) {
        for seed in 0..<20 {
            var simulated = SimulatedGroup.standing(shape, seed: UInt64(seed))
            Self.apply(&simulated)
            for _ in 0..<(3 + seed % 25) { simulated.round([.usual, .lags, .freezes]) }
            simulated.settle(within: 250)
            simulated.expectHealthy("\(shape) \(seed)")
            #expect(simulated.group.update == nil)
        }
    }

    /// Its first node shows that the new build does not run: all is as it was.
    @Test(arguments: Shape.allCases)
    func aBrokenBuildIsGoneBackFrom(_ shape: Shape) {
        for seed in 0..<5 {
            var simulated = SimulatedGroup.standing(shape, seed: UInt64(seed))
            simulated.brokenBuild = Self.new
            Self.apply(&simulated)
            simulated.settle(within: 100)
            simulated.expectHealthy("\(shape) \(seed)")
            #expect(simulated.group.updates?.values.first?.state == .stopped && simulated.group.build.path == Self.old)
            #expect(simulated.nodes.values.allSatisfy { $0.executable == Self.old })
            let held = simulated.group.nodeGroups.compactMap { simulated.nodes[$0.primary]?.data.count }.reduce(0, +)
            #expect(held == simulated.acknowledged, "\(shape) \(seed)\n\(simulated.story)")
        }
    }
}
