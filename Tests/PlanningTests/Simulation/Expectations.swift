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
        let ills = violations.prefix(1) + ills
        #expect(ills.isEmpty, "\(name)\n\(story)", sourceLocation: location)
    }

    private var ills: [String] {
        let plan = plan
        var ills = plan.isSettled ? [] : ["still to be done: \(plan)"]
        if group.status != .available { ills.append("it is \(group.status)") }
        if let access, group.accessInForce != access.fingerprint { ills.append("its users are not in force") }
        for shard in group.nodeGroups {
            for member in shard.members { ills += self.ills(of: member, in: shard) }
        }
        return ills
    }

    private func ills(of member: Member, in shard: NodeGroup) -> [String] {
        guard let node = nodes[member.id] else { return ["\(member.id) is not there"] }
        let isPrimary = member.id == shard.primary
        var ills: [String] = []
        if !node.isUp || node.role != (isPrimary ? .primary : .replica) { ills.append("\(member.id) is a \(node.role), \(node.process)") }
        if !isPrimary, !node.isLinked { ills.append("\(member.id) is not linked") }
        if let access, node.access != access.fingerprint { ills.append("\(member.id) does not have its users") }
        if member.trouble != nil || member.change != nil { ills.append("\(member.id) has \(member)") }
        let saver = shard.replicas.first?.id ?? shard.primary
        for (parameter, value) in Tuning.settled(group, saves: member.id == saver, rules) where node.tuning[parameter] != value {
            ills.append("\(member.id) has \(parameter) \(node.tuning[parameter] ?? "not set")")
        }
        if let endpoint = shard.primaryAddress, group.build.movesAddresses, node.bound.contains(endpoint) != isPrimary {
            ills.append("\(member.id) is bound to \(node.bound)")
        }
        return ills
    }
}
