import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// DeleteCacheCluster of a Memcached cluster.
enum MemcachedDeletion {
    /// Nil if there is no such cluster.
    static func delete(
        _ id: String, finalSnapshot: String?, _ context: RequestContext, in draft: inout Draft
    ) throws -> MemcachedCluster? {
        guard var cluster = draft.memcached(id, in: context.realm) else { return nil }
        if finalSnapshot != nil {
            throw ServiceFault(
                .snapshotFeatureNotSupported, "Snapshots are not supported for engine memcached. (FinalSnapshotIdentifier)")
        }
        guard [.available, .createFailed].contains(cluster.status), !cluster.nodes.contains(where: \.isRebooting) else {
            throw ServiceFault(
                .invalidCacheClusterState,
                "Cache cluster \(id) has status \(cluster.clusterStatus) which is not valid for deletion.")
        }
        cluster.status = .deleting
        cluster.pending = nil
        cluster.pendingUpgrade = nil
        try draft.put(cluster)
        return cluster
    }
}
