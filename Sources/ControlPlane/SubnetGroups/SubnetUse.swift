import CacheModel

/// Who has addresses in the subnets of a subnet group.
enum SubnetUse {
    /// A group, a lone cluster, or a cluster of Memcached.
    struct User {
        let id: String
        let realm: Realm
        let nodes: [(name: String, subnet: String?)]
        let endpoints: [IPAddress]

        init(_ group: ReplicationGroup) {
            id = group.id
            realm = group.realm
            nodes = group.members.map { ("cache cluster \($0.id)", $0.subnet) }
            endpoints = group.endpointAddresses
        }

        init(_ cluster: MemcachedCluster) {
            id = cluster.name
            realm = cluster.realm
            nodes = cluster.nodes.map { ("node \($0.id) of cache cluster \(cluster.name)", $0.subnet) }
            endpoints = cluster.configurationAddresses
        }
    }

    /// By id.
    static func users(of group: SubnetGroup, in state: WorldState) -> [User] {
        let groups = state.groups(in: group.realm).filter { $0.subnetGroup == group.name }.map(User.init)
        let memcached = state.resources(MemcachedCluster.self, in: group.realm).filter { $0.subnetGroup == group.name }.map(User.init)
        return (groups + memcached).sorted { $0.id < $1.id }
    }

    /// The first of the subnets that somebody is in, and who: a node, or an endpoint where the VPC has no range of its own for those.
    static func first(of ids: [String], in users: [User], _ layout: NetworkLayout, slice: Int?) -> (subnet: String, user: String)? {
        for id in ids {
            for user in users {
                if let node = user.nodes.first(where: { $0.subnet == id }) { return (id, node.name) }
                guard let subnet = layout.subnet(id, in: user.realm)?.subnet else { continue }
                let ranges = AddressFamily.allCases.compactMap { layout.range(of: subnet.ranges, $0, slice: slice) }
                if user.endpoints.contains(where: { address in ranges.contains { $0.contains(address) } }) {
                    return (id, "an endpoint of \(user.id)")
                }
            }
        }
        return nil
    }
}
