/// One account in one region: a world that knows nothing of the others.
package struct Realm: Codable, Sendable, Hashable {
    package let region: String
    package let account: String

    package init(region: String, account: String) {
        self.region = region
        self.account = account
    }

    /// `ACCOUNT/REGION`, the first part of its records' keys.
    package var path: String { "\(account)/\(region)" }
}

/// What names a group in the store.
package struct GroupKey: Sendable, Hashable {
    package enum Kind: String, Codable, Sendable {
        case replicationGroup = "group"
        /// A lone cache cluster that belongs to no replication group.
        case cacheCluster = "cluster"
        /// A Memcached cluster: its record is a `MemcachedCluster`, where those of the others are a `ReplicationGroup`.
        case memcached
    }

    package let kind: Kind
    package let realm: Realm
    /// Lower case.
    package let id: String

    package init(kind: Kind, realm: Realm, id: String) {
        self.kind = kind
        self.realm = realm
        self.id = id
    }

    package var storeKey: String { "\(kind.rawValue)/\(realm.path)/\(id)" }

    /// Nil for a key of something else.
    package init?(storeKey: String) {
        let parts = storeKey.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 4, let kind = Kind(rawValue: String(parts[0])) else { return nil }
        self.init(kind: kind, realm: Realm(region: String(parts[2]), account: String(parts[1])), id: String(parts[3]))
    }
}
