/// Users that come in at the replication groups which it is associated with.
package struct UserGroup: NamedResource {
    package enum Status: String, Codable, Sendable {
        case creating
        case active
        /// Not every node that answers knows of its change yet.
        case modifying
        case deleting
    }

    package static let recordKind = "user-group"

    package let realm: Realm
    /// Its id.
    package let name: String
    package var engine: EngineKind
    /// The ids of its users, without what is about to change.
    package var users: [String]
    package var added: [String]
    package var removed: [String]
    package var status: Status
    /// Grows with every change.
    package var revision: Int
    package var tags: [Tag]

    package init(realm: Realm, name: String, engine: EngineKind, users: [String], tags: [Tag] = []) {
        self.realm = realm
        self.name = name
        self.engine = engine
        self.users = users
        self.added = []
        self.removed = []
        self.status = .creating
        self.revision = 0
        self.tags = tags
    }

    /// The ids of its users once its change is in force.
    package var wanted: [String] { users.filter { !removed.contains($0) } + added }

    package mutating func endChange() {
        users = wanted
        (added, removed) = ([], [])
        status = .active
    }
}
