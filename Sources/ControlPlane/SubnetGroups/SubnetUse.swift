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
                guard let subnet = layout.subnet(id, in: user.realm)?.subnet else { continue }
                let ranges = AddressFamily.allCases.compactMap { layout.range(of: subnet.ranges, $0, slice: slice) }
                if user.endpointAddresses.contains(where: { address in ranges.contains { $0.contains(address) } }) {
                    return (id, "an endpoint of \(user.id)")
                }
            }
        }
        return nil
    }
}
