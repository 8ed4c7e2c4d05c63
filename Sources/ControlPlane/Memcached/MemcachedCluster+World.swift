import AWSProtocol
import CacheModel
import ElastiCacheAPI
import Foundation

extension MemcachedCluster: TaggableResource {
    static var arnType: ARN.ResourceType { .cluster }
    static var table: any WritableKeyPath<WorldState, ResourceTable<Self>> & Sendable { \.memcachedClusters }

    func requireTaggable() throws {
        guard status == .available else {
            throw ServiceFault(.invalidCacheClusterState, "Cluster not in available state to perform tagging operations.")
        }
    }

    var hosted: Hosted? { Hosted(owner: groupKey, processes: nodes.map(\.process)) }
}

extension WorldState {
    /// The clusters, of all accounts, with a node in one of the zones.
    func memcachedClusters(withNodesIn zones: Set<String>) -> [MemcachedCluster] {
        memcachedClusters.byKey.values.map(\.value).filter { $0.nodes.contains { zones.contains($0.zone) } }
    }

    /// Whatever has a reconciler.
    var reconciledKeys: [GroupKey] { Array(groups.keys) + memcachedClusters.byKey.values.map(\.value.groupKey) }

    func keys(ofThoseWithNodesIn zones: Set<String>) -> Set<GroupKey> {
        Set(groups(withMembersIn: zones).map(\.key) + memcachedClusters(withNodesIn: zones).map(\.groupKey))
    }

    func memcached(_ key: GroupKey) -> Versioned<MemcachedCluster>? {
        key.kind == .memcached ? memcachedClusters[ResourceKey(realm: key.realm, name: key.id)] : nil
    }

    /// Nil if there is nothing of that key.
    func status(of key: GroupKey) -> GroupStatus? { groups[key]?.value.status ?? memcached(key)?.value.status }
}

extension Draft {
    mutating func memcached(_ id: String, in realm: Realm) -> MemcachedCluster? { resource(MemcachedCluster.self, id, in: realm) }

    mutating func log(_ messages: [String], of cluster: MemcachedCluster, at date: Date) throws {
        for message in messages {
            try log(Event(date: date, source: .cacheCluster, identifier: cluster.name, message: message), in: cluster.realm)
        }
    }
}
