/// A user of caches, as an account has made it. It comes in where a user group that it is in is associated.
package struct User: NamedResource {
    package enum Status: String, Codable, Sendable {
        case active
        /// Not every node that answers knows of its change yet.
        case modifying
        /// It is let in nowhere any more, and goes when every node that answers knows of that.
        case deleting
    }

    package static let recordKind = "user"
    /// The id of the one that every account has, and the name of whoever comes in without one.
    package static let defaultName = "default"

    package let realm: Realm
    /// Its id.
    package let name: String
    /// As whom it comes in. Several may have one, but not in one user group.
    package let userName: String
    package var engine: EngineKind
    package var access: AccessString
    package var login: UserLogin
    package var status: Status
    /// Grows with every change.
    package var revision: Int
    package var tags: [Tag]

    package init(
        realm: Realm, name: String, userName: String, engine: EngineKind, access: AccessString, login: UserLogin, tags: [Tag] = []
    ) {
        self.realm = realm
        self.name = name
        self.userName = userName
        self.engine = engine
        self.access = access
        self.login = login
        self.status = .active
        self.revision = 0
        self.tags = tags
    }

    /// The one that every account has, and nobody can change.
    package static func predefined(in realm: Realm) -> User {
        User(
            realm: realm, name: defaultName, userName: defaultName, engine: .redis,
            access: AccessString("on ~* +@all") ?? .everything, login: .open)
    }

    package var isPredefined: Bool { name == Self.defaultName }

    /// The oldest engine that it can come in at: one that has ACLs, its own, or for signed tokens what the service has them from.
    package var minimumEngineVersion: EngineVersion {
        switch engine {
        case .valkey: EngineVersion(7, 2)
        case .redis: login == .iam ? EngineVersion(7, 0) : EngineVersion(6, 0)
        }
    }
}

/// How a user shows who it is.
package enum UserLogin: Codable, Sendable, Equatable, Hashable {
    /// Its name is enough.
    case open
    /// With one of these: SHA-256, 64 lower-case hexadecimal digits each. None lets nobody in.
    case passwords(sha256: [String])
    /// With a token that was signed with an access key.
    case iam
}
