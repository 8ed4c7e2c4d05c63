import CacheModel
import Testing

@testable import Planning

extension SimulatedGroup {
    /// A group that stands, with users' data in it.
    static func standing(_ shape: Shape, seed: UInt64) -> SimulatedGroup {
        var simulated = SimulatedGroup(shape.group(.creating), seed: seed)
        simulated.settle(within: 60)
        for _ in 0..<4 { simulated.round() }
        return simulated
    }

    /// As it should be, and nothing happened on the way that must not.
    func expectHealthy(_ name: String, _ location: SourceLocation = #_sourceLocation) {
        #expect(violations.isEmpty, "\(name): \(violations.first ?? "")", sourceLocation: location)
        #expect(plan.isSettled, "\(name): \(plan)\n\(story)", sourceLocation: location)
        #expect(group.status == .available, "\(name)", sourceLocation: location)
        for shard in group.nodeGroups {
            for member in shard.members {
                guard let node = nodes[member.id] else { continue }
                let isPrimary = member.id == shard.primary
                #expect(node.isUp && node.role == (isPrimary ? .primary : .replica), "\(name): \(member.id)", sourceLocation: location)
                #expect(isPrimary || node.isLinked, "\(name): \(member.id)", sourceLocation: location)
                #expect(member.trouble == nil && member.change == nil, "\(name): \(member.id)", sourceLocation: location)
                let saver = shard.replicas.first?.id ?? shard.primary
                for (parameter, value) in Tuning.settled(group, saves: member.id == saver, rules) {
                    #expect(node.tuning[parameter] == value, "\(name): \(member.id) \(parameter)", sourceLocation: location)
                }
                guard let endpoint = shard.primaryAddress, group.build.movesAddresses else { continue }
                #expect(node.bound.contains(endpoint) == isPrimary, "\(name): \(member.id)", sourceLocation: location)
            }
        }
    }
}
