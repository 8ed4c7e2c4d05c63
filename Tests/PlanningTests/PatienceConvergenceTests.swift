import CacheModel
import Testing

@testable import Planning

/// A cause that stays keeps no group from its next change, and nobody from the data; and when it is gone, all is as it should be.
@Suite struct PatienceConvergenceTests {
    private static let rounds = 80
    /// Seconds, which are rounds.
    private static let patience = 25
    /// For one wish after the other: what can't be added has to go.
    private static let enough = 3 * patience + 20

    enum Cause: CaseIterable {
        case noReplicaLinks
        case newOnesDoNotLink
        case primarysZone
        case replicasZone
        case noReplicaLinksAndThePrimaryHangs

        func begin(in simulated: inout SimulatedGroup) {
            let shard = simulated.group.nodeGroups[0]
            switch self {
            case .noReplicaLinks: simulated.unlink(shard.replicas.map(\.id))
            case .newOnesDoNotLink: break
            case .primarysZone: simulated.turnZone(shard.primaryMember?.zone ?? "")
            case .replicasZone: simulated.turnZone(shard.replicas.first?.zone ?? "")
            case .noReplicaLinksAndThePrimaryHangs:
                simulated.unlink(shard.replicas.map(\.id))
                // What they have is older than what the primary has.
                for replica in shard.replicas { simulated.nodes[replica.id]?.hasSynced = false }
                simulated.nodes[shard.primary]?.frozen = 10_000
            }
        }

        /// Those that were asked for since.
        func goOn(in simulated: inout SimulatedGroup) {
            guard self == .newOnesDoNotLink else { return }
            simulated.unlink(simulated.group.members.filter { $0.change == .joining }.map(\.id))
        }
    }

    enum Request: CaseIterable {
        case scaleOut
        case scaleIn
        case switchOver
        case reboot
        case testFailover

        func ask(_ simulated: inout SimulatedGroup) {
            switch self {
            case .scaleOut: simulated.scaleOut()
            case .scaleIn: simulated.scaleIn()
            case .switchOver: simulated.switchOver()
            case .reboot: simulated.reboot()
            case .testFailover: simulated.testFailover()
            }
        }
    }

    @Test(arguments: Shape.allCases.filter { $0 != .alone }, Cause.allCases)
    func nothingIsWaitedForWithoutEnd(_ shape: Shape, cause: Cause) {
        for request in Request.allCases {
            for seed in 0..<6 {
                let name = "\(shape) \(cause) \(request) \(seed)"
                var simulated = SimulatedGroup.standing(shape, seed: UInt64(seed))
                simulated.rules.patience = .seconds(Self.patience)
                if seed % 2 == 0 { cause.begin(in: &simulated) }
                request.ask(&simulated)
                if seed % 2 == 1 { cause.begin(in: &simulated) }
                cause.goOn(in: &simulated)
                for _ in 0..<Self.enough { simulated.round(seed < 4 ? [] : [.losses]) }
                #expect(simulated.group.status == .available, "\(name)\n\(simulated.story)")
                #expect(simulated.group.wishes.isEmpty, "\(name): \(simulated.group.wishes)\n\(simulated.story)")
                simulated.mend()
                simulated.settle(within: Self.rounds)
                simulated.expectHealthy(name)
            }
        }
    }

    /// The primary is dead, and the only other node that has its data does nothing. What anybody has saved is gone on with.
    @Test(arguments: [Shape.pair, .three, .forwarded, .withoutFailover, .shards])
    func aLoneHungReplicaIsNotWaitedForWithoutEnd(_ shape: Shape) {
        for seed in 0..<10 {
            var simulated = SimulatedGroup.standing(shape, seed: UInt64(seed))
            simulated.rules.patience = .seconds(Self.patience)
            let shard = simulated.group.nodeGroups[0]
            for (number, member) in shard.members.enumerated() where seed % 3 != number {
                simulated.nodes[member.id]?.save(at: simulated.time)
            }
            let saved = shard.members.compactMap { simulated.nodes[$0.id]?.saved?.data.count }.max() ?? 0
            for replica in shard.replicas { simulated.nodes[replica.id]?.frozen = 10_000 }
            simulated.nodes[shard.primary]?.end(as: .exited(detail: "killed"))
            for _ in 0..<(Self.patience - 1) { simulated.round() }
            #expect(shard.replicas.allSatisfy { simulated.nodes[$0.id]?.isUp == true }, "ended too soon\n\(simulated.story)")
            simulated.settle(within: Self.rounds)
            simulated.expectHealthy("\(shape) \(seed)")
            let kept = simulated.nodes[simulated.group.nodeGroups[0].primary]?.data.count ?? 0
            #expect(kept >= saved && saved > 0, "\(shape) \(seed)\n\(simulated.story)")
        }
    }

    /// Where nothing is saved, its memory is all there is.
    @Test func whatNobodyHasSavedIsWaitedFor() {
        for durability in [Durability.none, .snapshot] {
            var simulated = SimulatedGroup.standing(.pair, seed: 1)
            simulated.rules = Rules(patience: .seconds(Self.patience), durability: durability)
            if durability == .none { simulated.nodes[second]?.save(at: simulated.time) }
            simulated.nodes[second]?.frozen = 10_000
            simulated.nodes[first]?.end(as: .exited(detail: "killed"))
            for _ in 0..<(3 * Self.patience) { simulated.round() }
            let held = simulated.nodes[second]?.data.count ?? 0
            #expect(held > 0 && simulated.nodes[second]?.isUp == true && simulated.nodes[first]?.isUp == false)
            simulated.nodes[second]?.frozen = 0
            for _ in 0..<Self.rounds { simulated.round() }
            let primary = simulated.nodes[simulated.group.nodeGroups[0].primary]
            #expect(primary?.role == .primary && primary?.data.count ?? 0 >= held, "\(simulated.story)")
        }
    }

    /// Without automatic failover, and no replica can save what it has: one of them takes over rather than that it is lost.
    @Test(arguments: [true, false])
    func whatCanNotBeSavedIsNotLost(saved: Bool) {
        for seed in 0..<10 {
            var simulated = SimulatedGroup.standing(.withoutFailover, seed: UInt64(seed))
            simulated.rules.patience = .seconds(Self.patience)
            if saved { simulated.nodes[first]?.save(at: simulated.time) }
            for _ in 0..<4 { simulated.round() }
            for id in [second, third] { simulated.nodes[id]?.failsToSave = true }
            let held = simulated.nodes.values.filter(\.holdsSyncedData).map(\.data.count).max() ?? 0
            simulated.nodes[first]?.end(as: .exited(detail: "killed"))
            for _ in 0..<(Self.patience - 1) { simulated.round() }
            #expect(simulated.group.nodeGroups[0].primary == first && simulated.nodes[first]?.isUp == false)
            for _ in 0..<Self.rounds { simulated.round() }
            #expect(simulated.group.nodeGroups[0].primary != first)
            #expect(simulated.nodes[simulated.group.nodeGroups[0].primary]?.data.count ?? 0 >= held && held > 0)
            simulated.mend()
            simulated.settle(within: Self.rounds)
            simulated.expectHealthy("\(seed)")
        }
    }
}

extension SimulatedGroup {
    fileprivate mutating func unlink(_ ids: [String]) {
        for id in ids {
            nodes[id]?.neverLinks = true
            nodes[id]?.isLinked = false
        }
    }

    fileprivate mutating func mend() {
        brighten()
        for id in nodes.keys {
            nodes[id]?.neverLinks = false
            nodes[id]?.failsToSave = false
            nodes[id]?.frozen = 0
        }
    }
}
