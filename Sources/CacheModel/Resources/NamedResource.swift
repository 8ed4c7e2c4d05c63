/// What an account has by name beside its groups, and groups refer to: a parameter group, a subnet group.
package protocol NamedResource: Codable, Sendable, Equatable {
    /// The first part of its records' keys: `parameter-group`.
    static var recordKind: String { get }

    var realm: Realm { get }
    /// Lower case, without a slash; unique among its kind in a realm.
    var name: String { get }
    var tags: [Tag] { get set }
}

/// What names a resource of one kind.
package struct ResourceKey: Sendable, Hashable {
    package let realm: Realm
    /// Lower case.
    package let name: String

    package init(realm: Realm, name: String) {
        self.realm = realm
        self.name = name
    }

    /// Nil for the key of a record of another kind.
    package init?(storeKey: String, kind: String) {
        let parts = storeKey.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] == kind else { return nil }
        self.init(realm: Realm(region: String(parts[2]), account: String(parts[1])), name: String(parts[3]))
    }
}

extension NamedResource {
    package var key: ResourceKey { ResourceKey(realm: realm, name: name) }

    package static func storeKey(_ key: ResourceKey) -> String { "\(recordKind)/\(key.realm.path)/\(key.name)" }
}
