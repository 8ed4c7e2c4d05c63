import CacheModel
import Testing

@testable import Planning

/// A lone cluster becomes a group, and a group's primary a lone cluster, whatever happens meanwhile.
@Suite struct ConversionConvergenceTests {
    private static let rounds = 80

    /// A node that has been written to, without a group around it.
    private func alone(seed: Int) -> SimulatedGroup {
        var simulated = SimulatedGroup.standing(.alone, seed: UInt64(seed))
        simulated.group.kind = .cacheCluster
        simulated.group.nodeGroups[0].primaryAddress = nil
        simulated.group.nodeGroups[0].readerAddress = nil
        simulated.settle(within: Self.rounds)
        for _ in 0..<3 { simulated.round() }
        return simulated
    }

    /// As the request records it.
    private func convert(_ simulated: inout SimulatedGroup, replicas: Int, automaticFailover: Bool) {
        simulated.group.kind = .replicationGroup
        simulated.group.status = .creating
        simulated.group.automaticFailover = automaticFailover
        simulated.group.nodeGroups[0].primaryAddress = ReplicationGroup.address(101)
        simulated.group.nodeGroups[0].readerAddress = ReplicationGroup.address(102)
        for number in 0..<replicas {
            let id = "new-\(number)"
            var member = Member(
                id: id, zone: Shape.zones[(number + 1) % 3], address: simulated.newAddress(), process: id, clusterNodeID: nil)
            member.change = .joining
            simulated.group.nodeGroups[0].members.append(member)
            simulated.nodes[id] = SimulatedNode()
        }
    }

    /// The engine that lives goes on as it is: orders are lost, answers come late, the service ends at any point.
    @Test(arguments: 0...2, [true, false])
    func theNodeGoesOn(replicas: Int, automaticFailover: Bool) {
        for seed in 0..<30 {
            var simulated = alone(seed: seed)
            let before = simulated.nodes[first]?.incarnation
            convert(&simulated, replicas: replicas, automaticFailover: automaticFailover && replicas > 0)
            for _ in 0..<(3 + seed % 10) { simulated.round([.losses, .lags]) }
            simulated.settle(within: Self.rounds)
            simulated.expectHealthy("\(seed)")
            #expect(simulated.group.nodeGroups[0].primary == first && simulated.nodes[first]?.incarnation == before)
            #expect(simulated.nodes[first]?.data.count == simulated.acknowledged, "\(seed)\n\(simulated.story)")
            #expect(simulated.group.members.count == replicas + 1 && simulated.group.members.allSatisfy { $0.change == nil })
        }
    }

    /// Nothing happens on the way that must not, and in the end there is a group.
    @Test(arguments: 1...2, [true, false])
    func itComesToAnEnd(replicas: Int, automaticFailover: Bool) {
        for seed in 0..<40 {
            var simulated = alone(seed: seed)
            convert(&simulated, replicas: replicas, automaticFailover: automaticFailover)
            for _ in 0..<(3 + seed % 15) { simulated.round([.usual, .lags, .freezes]) }
            simulated.settle(within: Self.rounds)
            simulated.expectHealthy("\(seed)")
            #expect(simulated.group.wasAvailable && simulated.group.member(first) != nil, "\(seed)\n\(simulated.story)")
        }
    }

    /// The way back from any point of the way there, which is also what becomes of one that takes too long.
    @Test(arguments: 0...8)
    func theWayBack(after steps: Int) {
        for seed in 0..<20 {
            var simulated = alone(seed: seed)
            let before = simulated.nodes[first]?.incarnation
            convert(&simulated, replicas: 2, automaticFailover: seed % 2 == 0)
            for _ in 0..<steps { simulated.round([.losses, .lags]) }
            simulated.group.status = .deleting
            simulated.group.retainsPrimary = true
            for _ in 0..<(seed % 6) where !simulated.isEnded { simulated.round([.losses, .lags]) }
            for _ in 0..<Self.rounds where !simulated.isEnded { simulated.round() }
            #expect(simulated.isCacheCluster && simulated.violations.isEmpty, "\(seed)\n\(simulated.violations)\n\(simulated.story)")
            #expect(simulated.group.nodeGroups[0].primary == first && simulated.nodes[first]?.incarnation == before)
            #expect(simulated.nodes[first]?.data.count == simulated.acknowledged, "\(seed)\n\(simulated.story)")
        }
    }
}
