package import CacheModel
package import Store

/// What the records say at one moment, for whoever only looks.
package struct Survey: Sendable {
    /// By account, region and id.
    package let groups: [ReplicationGroup]
    /// By account, region and name.
    package let memcachedClusters: [MemcachedCluster]
    /// By name.
    package let downZones: [String]
    /// The keys of records that can't be decoded, and why; by key.
    package let unreadable: [(key: String, reason: String)]

    package init(_ records: [Record]) {
        var state = WorldState()
        for record in records { state.load(record) }
        groups = state.groups.values.map(\.value).sorted { ($0.realm.path, $0.id) < ($1.realm.path, $1.id) }
        memcachedClusters = state.memcachedClusters.byKey.values.map(\.value)
            .sorted { ($0.realm.path, $0.name) < ($1.realm.path, $1.name) }
        downZones = state.downZones.value.sorted()
        unreadable = state.unreadable.sorted { $0.key < $1.key }.map { (key: $0.key, reason: $0.value) }
    }
}
