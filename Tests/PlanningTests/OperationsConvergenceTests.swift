import CacheModel
import Testing

@testable import Planning

/// What users ask for is done in the end, whatever happens meanwhile, and on the way nothing happens that must not.
@Suite struct OperationsConvergenceTests {
    private static let rounds = 80

    // MARK: Switchover

    /// Engines that live lose nothing: orders are lost, answers come late, the service ends at any point, replicas lag.
    @Test(arguments: Shape.switchable)
    func aSwitchoverLosesNoWrite(_ shape: Shape) {
        for seed in 0..<30 {
            var simulated = SimulatedGroup.standing(shape, seed: UInt64(seed))
            simulated.group.nodeGroups[0].successor = second
            simulated.group.status = .modifying
            for _ in 0..<(3 + seed % 10) { simulated.round([.losses, .lags]) }
            simulated.settle(within: Self.rounds)
            simulated.expectHealthy("\(shape) \(seed)")
            #expect(simulated.group.nodeGroups[0].primary == second && simulated.group.nodeGroups[0].successor == nil)
            #expect(simulated.nodes[second]?.data.count == simulated.acknowledged, "\(shape) \(seed)\n\(simulated.story)")
        }
    }

    @Test(arguments: Shape.switchable)
    func aSwitchoverUnderFaultsComesToAnEnd(_ shape: Shape) {
        for seed in 0..<30 {
            var simulated = SimulatedGroup.standing(shape, seed: UInt64(seed))
            simulated.group.nodeGroups[0].successor = second
            simulated.group.status = .modifying
            for _ in 0..<(3 + seed % 12) { simulated.round([.usual, .lags, .freezes]) }
            simulated.settle(within: Self.rounds)
            simulated.expectHealthy("\(shape) \(seed)")
            #expect(simulated.group.nodeGroups[0].successor == nil)
        }
    }

    /// Stopped at each point within, and then one of them is lost, or none.
    @Test(arguments: Shape.switchable, 0..<4)
    func aSwitchoverStoppedAtAnyPointLosesNoWrite(_ shape: Shape, point: Int) {
        for lost in [nil, first, second] {
            for recorded in [false, true] {
                var simulated = SimulatedGroup.standing(shape, seed: 1)
                simulated.group.nodeGroups[0].successor = second
                simulated.group.status = .modifying
                simulated.perform(.handOver(from: first, to: second), interruptedAt: point)
                if recorded, point > 1 { simulated.perform(.recordPrimary(nodeGroup: "0001", member: second, isFailover: true)) }
                if let lost { simulated.nodes[lost]?.end(as: .exited(detail: "killed")) }
                simulated.settle(within: Self.rounds)
                simulated.expectHealthy("\(shape) \(point) \(lost ?? "")")
                #expect(simulated.group.nodeGroups[0].successor == nil)
                let kept = simulated.nodes[simulated.group.nodeGroups[0].primary]
                // Before its replica has them, the primary takes its last writes with it.
                if point == 0, lost == first { continue }
                #expect(kept?.data.count == simulated.acknowledged, "\(shape) \(point) \(lost ?? "")\n\(simulated.story)")
            }
        }
    }

    // MARK: Without automatic failover

    /// The primary stays the primary. What a synced replica that answers has outlives it: that is among the promises.
    @Test func withoutFailoverThePrimaryStays() {
        for seed in 0..<30 {
            var simulated = SimulatedGroup.standing(.withoutFailover, seed: UInt64(seed))
            for _ in 0..<(5 + seed % 20) {
                simulated.round(.all)
                #expect(simulated.group.nodeGroups[0].primary == first, "\(seed)")
            }
            simulated.brighten()
            simulated.settle(within: Self.rounds)
            simulated.expectHealthy("\(seed)")
            #expect(simulated.group.nodeGroups[0].primary == first, "\(seed)")
        }
    }

    /// Its primary alone is killed, as often as one likes: nothing is lost that a replica has.
    @Test func withoutFailoverNothingIsLostThatAReplicaHas() {
        for seed in 0..<30 {
            var simulated = SimulatedGroup.standing(.withoutFailover, seed: UInt64(seed))
            for _ in 0..<4 {
                let held = simulated.nodes.values.filter(\.holdsSyncedData).map(\.data.count).max() ?? 0
                simulated.nodes[first]?.end(as: .exited(detail: "killed"))
                for _ in 0..<(seed % 5) { simulated.round([.losses, .lags]) }
                simulated.settle(within: Self.rounds)
                simulated.expectHealthy("\(seed)")
                #expect(simulated.nodes[first]?.data.count ?? 0 >= held && held > 0, "\(seed)\n\(simulated.story)")
            }
        }
    }

    // MARK: Members that come and go

    @Test(arguments: Shape.allCases)
    func membersComeAndGo(_ shape: Shape) {
        for seed in 0..<30 {
            var simulated = SimulatedGroup.standing(shape, seed: UInt64(seed))
            let gone = seed % 2 == 0 ? simulated.scaleOut() : simulated.scaleIn()
            let count = simulated.group.members.count
            for _ in 0..<(seed % 15) { simulated.round([.usual, .lags, .freezes]) }
            simulated.settle(within: Self.rounds)
            simulated.expectHealthy("\(shape) \(seed)")
            // One that was to go stays if there is no other with the data.
            let stayed = gone.filter { simulated.group.member($0) != nil }
            #expect(simulated.group.members.count == count - gone.count + stayed.count, "\(shape) \(seed)")
            #expect(stayed.allSatisfy { id in simulated.group.nodeGroups.contains { $0.primary == id } || seed % 15 > 0 })
        }
    }

    // MARK: Reboots and tests of the failover

    @Test(arguments: Shape.allCases)
    func rebootsEnd(_ shape: Shape) {
        for seed in 0..<30 {
            var simulated = SimulatedGroup.standing(shape, seed: UInt64(seed))
            simulated.reboot()
            for _ in 0..<(seed % 12) { simulated.round([.usual, .lags, .freezes]) }
            simulated.settle(within: Self.rounds)
            simulated.expectHealthy("\(shape) \(seed)")
        }
    }

    /// Alone, a reboot changes no primary of a group with cluster mode disabled, and loses nothing.
    @Test(arguments: [Shape.alone] + Shape.switchable)
    func anUndisturbedRebootLosesNothing(_ shape: Shape) {
        for seed in 0..<20 {
            var simulated = SimulatedGroup.standing(shape, seed: UInt64(seed))
            let incarnation = simulated.nodes[first]?.incarnation ?? 0
            simulated.change(first) { $0.change = .rebooting(incarnation: incarnation) }
            simulated.group.status = .modifying
            simulated.settle(within: Self.rounds)
            simulated.expectHealthy("\(shape) \(seed)")
            #expect(simulated.nodes[first]?.incarnation == incarnation + 1)
            #expect(simulated.group.nodeGroups[0].primary == first)
            #expect(simulated.nodes[first]?.data.count == simulated.acknowledged, "\(shape) \(seed)\n\(simulated.story)")
        }
    }

    @Test(arguments: [Shape.pair, .three, .forwarded, .cluster, .shards])
    func aTestOfTheFailoverEnds(_ shape: Shape) {
        for seed in 0..<30 {
            var simulated = SimulatedGroup.standing(shape, seed: UInt64(seed))
            let failed = simulated.group.nodeGroups[0].primary
            simulated.testFailover()
            for _ in 0..<(seed % 12) { simulated.round([.usual, .lags, .freezes]) }
            simulated.settle(within: Self.rounds)
            simulated.expectHealthy("\(shape) \(seed)")
            #expect(simulated.group.nodeGroups[0].testFailover == nil, "\(shape) \(seed)")
            if seed % 12 == 0 { #expect(simulated.group.nodeGroups[0].primary != failed, "\(shape) \(seed)") }
        }
    }

    // MARK: Files that are broken

    /// All ended; one's copy can't be loaded. A primary goes on with another's, a replica without its own.
    @Test(arguments: Shape.allCases.filter { $0 != .alone }, [0, 1])
    func aBrokenCopyIsGoneOnWithout(_ shape: Shape, broken: Int) {
        for seed in 0..<10 {
            var simulated = SimulatedGroup.standing(shape, seed: UInt64(seed))
            let members = simulated.group.nodeGroups[0].members
            for member in simulated.group.members {
                simulated.nodes[member.id]?.save(at: simulated.time)
                simulated.nodes[member.id]?.end(as: .exited(detail: "killed"))
            }
            simulated.nodes[members[broken].id]?.saved?.isBroken = true
            let kept = simulated.nodes[members[1 - broken].id]?.saved?.data.count ?? 0
            simulated.settle(within: Self.rounds)
            simulated.expectHealthy("\(shape) \(seed)")
            #expect(simulated.nodes[members[0].id]?.data.count ?? 0 >= kept && kept > 0, "\(shape) \(seed)\n\(simulated.story)")
        }
    }

    // MARK: Zones

    @Test(arguments: Shape.allCases, Shape.zones)
    func aZoneGoesDownAndComesBack(_ shape: Shape, zone: String) {
        for seed in 0..<6 {
            var simulated = SimulatedGroup.standing(shape, seed: UInt64(seed))
            simulated.turnZone(zone)
            for _ in 0..<(8 + seed % 8) { simulated.round(seed % 2 == 0 ? [] : [.losses, .silences]) }
            for _ in 0..<20 { simulated.round() }
            for shard in simulated.group.nodeGroups {
                for member in shard.members where member.zone == zone {
                    #expect(simulated.nodes[member.id]?.isUp == false, "\(shape) \(seed): \(member.id)")
                    #expect(member.trouble?.kind == .zoneDown, "\(shape) \(seed): \(member.id)")
                }
                guard simulated.group.automaticFailover, let primary = shard.primaryMember else { continue }
                #expect(primary.zone != zone && simulated.nodes[primary.id]?.role == .primary, "\(shape) \(seed)\n\(simulated.story)")
            }
            simulated.turnZone(zone)
            simulated.settle(within: Self.rounds)
            simulated.expectHealthy("\(shape) \(zone) \(seed)")
        }
    }

    // MARK: Everything at once

    @Test(arguments: Shape.allCases)
    func everythingAtOnce(_ shape: Shape) {
        for seed in 0..<30 {
            var simulated = SimulatedGroup.standing(shape, seed: UInt64(seed))
            for number in 0..<(10 + seed % 20) {
                if number % 4 == 0 { simulated.ask() }
                simulated.round(.all)
            }
            simulated.brighten()
            simulated.settle(within: Self.rounds)
            simulated.expectHealthy("\(shape) \(seed)")
        }
    }
}
