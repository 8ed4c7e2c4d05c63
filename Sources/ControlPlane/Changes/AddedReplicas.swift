import CacheModel

/// The names and places of replicas that a shard is given.
enum AddedReplicas {
    /// The lowest names that no cache cluster has. A number that became free is used again.
    static func names(_ count: Int, for nodeGroup: NodeGroup, of group: ReplicationGroup, taken: (String) -> Bool) -> [String] {
        var names: [String] = []
        var index = 1
        while names.count < count {
            let name = MemberID.name(group: group.id, nodeGroup: nodeGroup.id, index: index, clusterMode: group.clusterEnabled)
            if nodeGroup.member(name) == nil, !taken(name) { names.append(name) }
            index += 1
        }
        return names
    }

    /// The places that were asked for and where no node of the shard is, in their order; where none were asked for, each time the
    /// zone that the shard, and then the group, uses least.
    static func places(
        _ count: Int, for nodeGroup: NodeGroup, of group: ReplicationGroup, asked: [NodePlace], _ covered: CoveredZones
    ) -> [NodePlace] {
        if asked.isEmpty { return spread(count, nodeGroup, group, covered).map { NodePlace(zone: $0) } }
        var left = Array(asked.enumerated())
        for member in nodeGroup.remaining {
            if let match = left.firstIndex(where: { $0.element.holds(member) }) { left.remove(at: match) }
        }
        // The first is meant for the primary, which stays where it is.
        if left.count > count, left.first?.offset == 0 { left.removeFirst() }
        return left.prefix(count).map(\.element)
    }

    private static func spread(_ count: Int, _ nodeGroup: NodeGroup, _ group: ReplicationGroup, _ covered: CoveredZones) -> [String] {
        var shard: [String: Int] = [:]
        var whole: [String: Int] = [:]
        for member in nodeGroup.remaining { shard[member.zone, default: 0] += 1 }
        for member in group.nodeGroups.flatMap(\.remaining) { whole[member.zone, default: 0] += 1 }
        return (0..<count).map { _ in
            let zone =
                covered.names.min { (shard[$0] ?? 0, whole[$0] ?? 0) < (shard[$1] ?? 0, whole[$1] ?? 0) } ?? nodeGroup.members[0].zone
            shard[zone, default: 0] += 1
            whole[zone, default: 0] += 1
            return zone
        }
    }
}
