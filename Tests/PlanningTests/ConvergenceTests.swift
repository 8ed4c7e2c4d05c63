import CacheModel
import Testing

@testable import Planning

/// Whatever happened, once nothing more happens the group is soon as it should be; and on the way nothing happens that must not.
@Suite struct ConvergenceTests {
    private static let rounds = 60

    @Test(arguments: Shape.allCases)
    func anUndisturbedCreationSucceeds(_ shape: Shape) {
        for seed in 0..<20 {
            var simulated = SimulatedGroup(shape.group(.creating), seed: UInt64(seed))
            settle(&simulated)
            simulated.expectHealthy("\(shape) \(seed)")
        }
    }

    @Test(arguments: Shape.allCases)
    func aDisturbedCreationSucceedsOrLeavesNothing(_ shape: Shape) {
        for seed in 0..<40 {
            var simulated = SimulatedGroup(shape.group(.creating), seed: UInt64(seed))
            for _ in 0..<8 { simulated.round(.usual) }
            settle(&simulated)
            if simulated.group.status == .createFailed {
                expectGone(simulated, "\(shape) \(seed)")
            } else {
                simulated.expectHealthy("\(shape) \(seed)")
            }
        }
    }

    @Test(arguments: Shape.allCases)
    func aDisturbedGroupRecovers(_ shape: Shape) {
        for seed in 0..<40 {
            var simulated = SimulatedGroup(shape.group(.creating), seed: UInt64(seed))
            settle(&simulated)
            for _ in 0..<5 { simulated.round() }
            for _ in 0..<(10 + seed % 30) { simulated.round(.usual) }
            settle(&simulated)
            simulated.expectHealthy("\(shape) \(seed)")
        }
    }

    @Test(arguments: Shape.allCases, [false, true])
    func aDisturbedDeletionLeavesNothing(_ shape: Shape, retaining: Bool) {
        guard !retaining || shape.group(.creating).nodeGroups[0].primaryAddress != nil else { return }
        for seed in 0..<30 {
            var simulated = SimulatedGroup(shape.group(.creating), seed: UInt64(seed))
            settle(&simulated)
            for _ in 0..<(seed % 8) { simulated.round(.usual) }
            simulated.group.status = .deleting
            simulated.group.retainsPrimary = retaining
            for _ in 0..<5 where !simulated.isEnded { simulated.round(.usual) }
            for _ in 0..<Self.rounds where !simulated.isEnded { simulated.round() }
            #expect(simulated.isForgotten == !retaining && simulated.isCacheCluster == retaining, "\(shape) \(seed)")
            #expect(simulated.violations.isEmpty, "\(shape) \(seed): \(simulated.violations.first ?? "")")
        }
    }

    /// The primary that is to stay is lost at some moment of the deletion: who has its data, if anybody still has, stays in its place.
    @Test(arguments: [Shape.pair, .three, .withoutFailover, .forwarded], 0..<5)
    func whatARetainedPrimaryHadOutlivesIt(_ shape: Shape, lostAfter rounds: Int) {
        for (silence, link) in [(0, true), (3, true), (0, false)] {
            var simulated = SimulatedGroup(shape.group(.creating), seed: 1)
            settle(&simulated)
            for _ in 0..<5 { simulated.round() }
            simulated.group.status = .deleting
            simulated.group.retainsPrimary = true
            for _ in 0..<rounds where !simulated.isEnded { simulated.round() }
            guard !simulated.isEnded else { return }
            let survivors = simulated.group.members.map(\.id).filter { simulated.nodes[$0]?.holdsSyncedData == true }
            for id in survivors {
                simulated.nodes[id]?.silence = silence
                simulated.nodes[id]?.isLinked = link
            }
            simulated.nodes[simulated.group.nodeGroups[0].primary]?.end(as: .exited(detail: "killed"))
            for _ in 0..<Self.rounds where !simulated.isEnded { simulated.round() }
            #expect(simulated.isCacheCluster && simulated.violations.isEmpty, "\(simulated.violations.first ?? simulated.story)")
            let kept = simulated.nodes[simulated.group.nodeGroups[0].primary]
            #expect(kept?.isUp == true && kept?.role == .primary)
            #expect(rounds > 0 || !survivors.isEmpty)
            if !survivors.isEmpty { #expect(kept?.data.isEmpty == false, "\(survivors) had it:\n\(simulated.story)") }
        }
    }

    /// Three nodes, each in any of its states, whoever is on record. Only who was synced is ever recorded.
    @Test(arguments: [(0, true), (1, true), (2, true), (1, false)])
    func everyStateOfThreeNodesIsLeft(record: Int, automaticFailover: Bool) {
        let primary = [first, second, third][record]
        let states = NodeState.allCases
        for one in states {
            for two in states {
                for three in states where ![.emptyReplica, .outdatedReplica].contains([one, two, three][record]) {
                    var simulated = SimulatedGroup(.disabled(automaticFailover: automaticFailover), seed: 1)
                    simulated.group.nodeGroups[0].primary = primary
                    for (id, state) in zip([first, second, third], [one, two, three]) { state.apply(to: id, in: &simulated) }
                    settle(&simulated)
                    simulated.expectHealthy("\(one) \(two) \(three), on record \(primary)")
                }
            }
        }
    }

    enum NodeState: CaseIterable {
        case absent
        case lost
        case saved
        case starting
        case primary
        case replica
        case emptyReplica
        /// It has much, all of it from an old file: it has never met its primary.
        case outdatedReplica
        case silentReplica

        func apply(to id: String, in simulated: inout SimulatedGroup) {
            guard var node = simulated.nodes[id], let address = simulated.group.member(id)?.address else { return }
            node.incarnation = self == .absent ? 0 : 1
            switch self {
            case .absent: break
            case .lost: node.end(as: .exited(detail: "killed"))
            case .saved:
                node.saved = SavedCopy(data: Writes(era: 1, count: 3), time: 1, history: "ours", offset: 300)
                node.end(as: .exited(detail: "killed"))
            case .starting:
                node.process = .starting(2)
                node.saved = SavedCopy(data: Writes(era: 1, count: 3), time: 1, history: "ours", offset: 300)
                node.data = Writes(era: 1, count: 3)
            case .primary, .replica, .emptyReplica, .outdatedReplica, .silentReplica:
                node.process = .running
                node.bound = [address]
                node.role = self == .primary ? .primary : .replica
                node.follows = self == .primary ? nil : simulated.group.nodeGroups[0].primaryMember?.address
                node.silence = self == .silentReplica ? 3 : 0
                guard self != .emptyReplica else { break }
                (node.data, node.offset, node.history) = (Writes(era: 1, count: 5), 500, "ours")
                if self == .outdatedReplica {
                    node.data = Writes(era: 1, count: 2)
                    node.saved = SavedCopy(data: node.data)
                    node.offset = 900_000
                }
                node.hasSynced = self == .replica || self == .silentReplica
            }
            simulated.nodes[id] = node
        }
    }

    // MARK: What is expected

    private func settle(_ simulated: inout SimulatedGroup) {
        simulated.settle(within: Self.rounds)
    }

    private func expectGone(_ simulated: SimulatedGroup, _ name: String) {
        #expect(simulated.plan.isSettled, "\(name): \(simulated.plan)")
        #expect(simulated.nodes.values.allSatisfy { $0.isGone }, "\(name)")
        #expect(simulated.routes.isEmpty, "\(name)")
    }
}
