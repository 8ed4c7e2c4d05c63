import CacheModel

/// The names of Memcached clusters in the file of hosts.
enum MemcachedHosts {
    static func lines(_ clusters: [MemcachedCluster]) -> [String] {
        clusters.sorted { $0.name < $1.name }.flatMap { cluster -> [String] in
            guard let names = EndpointNames(of: cluster) else { return [] }
            return cluster.configurationAddresses.map { "\($0) \(names.memcachedConfiguration)" }
                + cluster.nodes.flatMap { node in node.addresses.map { "\($0) \(names.memcachedNode(node.id))" } }
        }
    }
}
