import CacheModel

/// Who has addresses in the subnets of a subnet group.
enum SubnetUse {
    /// The groups and lone clusters, by id.
    static func users(of group: SubnetGroup, in state: WorldState) -> [ReplicationGroup] {
        state.groups(in: group.realm).filter { $0.subnetGroup == group.name }.sorted { $0.id < $1.id }
    }

    /// The first of the subnets that somebody is in, and who: a node, or an endpoint where the VPC has no range of its own for those.
    static func first(
        of ids: [String], in users: [ReplicationGroup], _ layout: NetworkLayout, slice: Int?
    ) -> (subnet: String, user: String)? {
        for id in ids {
            for user in users {
                if let member = user.members.first(where: { $0.subnet == id }) { return (id, "cache cluster \(member.id)") }
                guard let ranges = layout.subnet(id, in: user.realm)?.subnet.ranges,
                    let range = ranges.ipv4.flatMap({ layout.network(of: $0, slice: slice) })
                else { continue }
                if user.endpointAddresses.contains(where: range.contains) { return (id, "an endpoint of \(user.id)") }
            }
        }
        return nil
    }
}
