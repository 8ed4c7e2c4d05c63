import CacheModel

/// Which process a fault is meant for, where it names a node of a Memcached cluster.
enum MemcachedFaults {
    /// `web.0001` is a node, `web` the node of a cluster that has one. Nil if there is no such thing; throws where it isn't said which node.
    static func process(of name: String, in realm: Realm, _ state: borrowing WorldState) throws(FaultRefusal) -> String? {
        if let cluster = state.resource(MemcachedCluster.self, name, in: realm) {
            guard cluster.nodes.count == 1 else {
                let nodes = cluster.nodes.map { "\(name).\($0.id)" }.joined(separator: ", ")
                throw FaultRefusal(.malformed, "The cluster \(name) has several nodes. Name one: \(nodes).")
            }
            return cluster.nodes[0].process
        }
        guard let (id, node) = MemcachedNodeID.parse(name) else { return nil }
        return state.resource(MemcachedCluster.self, id, in: realm)?.node(node)?.process
    }
}
