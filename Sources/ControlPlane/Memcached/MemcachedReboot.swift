import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// RebootCacheCluster of some nodes of a Memcached cluster: they are empty afterwards, and have the parameters of now.
enum MemcachedReboot {
    /// Nil if there is no such cluster.
    static func reboot(_ id: String, nodes: [String], _ context: RequestContext, in draft: inout Draft) throws -> MemcachedCluster? {
        guard var cluster = draft.memcached(id, in: context.realm) else { return nil }
        guard !nodes.isEmpty else { throw ServiceFault.missing("CacheNodeIdsToReboot") }
        for name in nodes where cluster.node(name) == nil {
            throw ServiceFault.value("The parameter CacheNodeIdsToReboot names \(name), which is no node of cache cluster \(id).")
        }
        guard cluster.status == .available, !cluster.nodes.contains(where: \.isRebooting) else {
            throw ServiceFault(
                .invalidCacheClusterState, "Cache cluster \(id) has status \(cluster.clusterStatus) which is not valid for rebooting.")
        }
        for name in nodes {
            guard let process = cluster.node(name).flatMap({ draft.process($0.process) }) else {
                throw ServiceFault(.invalidCacheClusterState, "Cache node \(name) of cache cluster \(id) has not been started yet.")
            }
            cluster.change(name) { $0.change = .rebooting(incarnation: process.incarnation, since: context.now) }
        }
        try draft.put(cluster)
        return cluster
    }
}
