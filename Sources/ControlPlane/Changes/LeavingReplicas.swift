import AWSProtocol
import CacheModel
import Foundation

/// Which replicas go when a group is to have fewer, and what must be left.
enum LeavingReplicas {
    /// `ReplicasToRemove`: cache clusters' ids, or the numbers that they end in where a group has one shard.
    static func named(_ names: [String], in group: ReplicationGroup) throws -> Set<String> {
        var leaving = Set<String>()
        for (index, name) in names.enumerated() {
            let path = "ReplicasToRemove.member.\(index + 1)"
            let found = group.nodeGroups.flatMap { nodeGroup in
                nodeGroup.remaining.filter { matches($0.id, name, group) }.map { (nodeGroup: nodeGroup, id: $0.id) }
            }
            guard let match = found.first, found.count == 1 else {
                throw ServiceFault.value("The parameter \(path) names no member of replication group \(group.id): \(name).")
            }
            guard match.nodeGroup.primary != match.id else {
                throw ServiceFault.value(
                    "The parameter \(path) names \(match.id), which is the primary of node group \(match.nodeGroup.id). "
                        + "Only replicas can be removed.")
            }
            guard leaving.insert(match.id).inserted else {
                throw ServiceFault.value("The parameter \(path) repeats the replica \(match.id).")
            }
        }
        return leaving
    }

    private static func matches(_ id: String, _ name: String, _ group: ReplicationGroup) -> Bool {
        if id == name.lowercased() { return true }
        guard group.nodeGroups.count == 1, !name.contains("-"), let number = MemberID.number(name) else { return false }
        return MemberID.number(id) == number
    }

    /// Chooses so many of a shard's replicas that only `target.count` are left: one of the fullest zone each time, of those one that
    /// is in trouble, else the one with the highest number. Where places were asked for, the replicas that are there stay.
    static func chosen(for target: ReplicaTarget, in nodeGroup: NodeGroup) throws -> Set<String> {
        if !target.places.isEmpty { return try outside(target, nodeGroup) }
        var replicas = nodeGroup.remainingReplicas.sorted(by: isOlder)
        var used = nodeGroup.remaining.reduce(into: [:]) { $0[$1.zone, default: 0] += 1 }
        var leaving = Set<String>()
        while replicas.count > target.count {
            func rank(_ index: Int) -> (Int, Int, Int) {
                (used[replicas[index].zone] ?? 0, replicas[index].trouble == nil ? 0 : 1, index)
            }
            guard let next = replicas.indices.max(by: { rank($0) < rank($1) }) else { break }
            let replica = replicas.remove(at: next)
            used[replica.zone, default: 1] -= 1
            leaving.insert(replica.id)
        }
        return leaving
    }

    private static func outside(_ target: ReplicaTarget, _ nodeGroup: NodeGroup) throws -> Set<String> {
        var places = target.places
        places.remove(at: places.firstIndex { place in nodeGroup.primaryMember.map(place.holds) ?? false } ?? 0)
        var leaving = nodeGroup.remainingReplicas.sorted(by: isOlder)
        for place in places {
            guard let staying = leaving.firstIndex(where: place.holds) else {
                let (name, location) =
                    place.outpost.map { ("PreferredOutpostArns", "on \($0)") } ?? ("PreferredAvailabilityZones", "in \(place.zone)")
                throw ServiceFault.value(
                    "The parameter \(target.path).\(name) asks for more nodes \(location) than node group \(nodeGroup.id) has there.")
            }
            leaving.remove(at: staying)
        }
        return Set(leaving.map(\.id))
    }

    /// By number, and names without one last.
    private static func isOlder(_ first: Member, _ second: Member) -> Bool {
        (MemberID.number(first.id) ?? .max, first.id) < (MemberID.number(second.id) ?? .max, second.id)
    }

    /// What failover and Multi-AZ need of every shard.
    static func checkRest(of group: ReplicationGroup, without leaving: Set<String>, _ parameter: String) throws {
        for nodeGroup in group.nodeGroups {
            let rest = nodeGroup.remaining.filter { !leaving.contains($0.id) }
            guard rest.count < nodeGroup.remaining.count else { continue }
            if rest.count < 2, !group.clusterEnabled, group.automaticFailover {
                throw ServiceFault.value(
                    "Must have at least 1 replica when cluster mode is disabled with auto failover enabled. (\(parameter))")
            }
            if rest.count < 2, group.multiAZ {
                throw ServiceFault.value("Must have at least 1 replica for Multi-AZ enabled Replication Group (\(parameter))")
            }
            if group.multiAZ, Set(rest.map(\.zone)).count == 1, Set(nodeGroup.remaining.map(\.zone)).count > 1 {
                throw ServiceFault.combination(
                    "The parameter \(parameter) would leave all nodes of node group \(nodeGroup.id) in \(rest[0].zone), and Multi-AZ needs "
                        + "them in at least two Availability Zones.")
            }
        }
    }

    /// Records that they are to go. Returns what is to be told as events of the group.
    static func leave(_ leaving: Set<String>, _ group: inout ReplicationGroup, at date: Date) throws -> [String] {
        for n in group.nodeGroups.indices where group.nodeGroups[n].members.contains(where: { leaving.contains($0.id) }) {
            try Readiness.requireNoTest(of: group.nodeGroups[n], in: group)
            try Readiness.requireNoReboot(of: group.nodeGroups[n])
            for m in group.nodeGroups[n].members.indices where leaving.contains(group.nodeGroups[n].members[m].id) {
                group.nodeGroups[n].members[m].change = .leaving
            }
        }
        if group.snapshottingCluster.map(leaving.contains) == true { group.snapshottingCluster = nil }
        group.beginChange(at: date)
        return [PrimaryChange.dropIfGone(in: &group)].compactMap(\.self)
    }
}
