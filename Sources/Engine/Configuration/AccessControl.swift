/// The users of a node: its `users.acl`.
package struct AccessControl: Sendable {
    /// A user of the service's own. Of the password only the SHA-256 is written.
    package struct ServiceUser: Sendable {
        package let name: String
        /// 64 lower-case hexadecimal digits.
        package let passwordSHA256: String

        package init(name: String, passwordSHA256: String) {
            self.name = name
            self.passwordSHA256 = passwordSHA256
        }
    }

    /// How a user comes in.
    package enum Login: Sendable, Equatable {
        /// Without a password.
        case open
        /// With one of these. 64 lower-case hexadecimal digits each.
        case passwords(sha256: [String])
        /// As it does already: for a node that runs.
        case kept

        /// The rules that make it so, whatever it was before.
        var rules: [String] {
            switch self {
            case .open: ["nopass"]
            case .passwords(let hashes): ["resetpass"] + hashes.map { "#\($0)" }
            case .kept: []
            }
        }
    }

    /// A user of the service's users. Whatever its rules say, it can't run what is withheld.
    package struct User: Sendable, Equatable {
        package let name: String
        /// Rules of the engine's ACL, none about passwords; a selector is one.
        package let rules: [String]
        package let login: Login

        package init(name: String, rules: [String], login: Login) {
            self.name = name
            self.rules = rules
            self.login = login
        }

        /// The one that every connection is from its start, where its rules let it in.
        package static let defaultName = "default"

        /// May do all that is not withheld.
        package static func everybody(_ login: Login) -> User {
            User(name: defaultName, rules: ["on", "~*", "&*", "+@all"], login: login)
        }

        /// Lets nobody in.
        package static func nobody(_ name: String) -> User { User(name: name, rules: ["off", "-@all"], login: .passwords(sha256: [])) }

        /// All words after its name, for a user who has no rules yet.
        func words(for build: EngineBuild) -> [String] {
            let (flags, rest) = UserRules.split(rules)
            return flags + login.rules + UserRules.words(rest, for: build)
        }
    }

    package var users: [User]
    /// May do everything: the control plane.
    package var administrator: ServiceUser
    /// May follow and nothing else: the nodes among themselves.
    package var replication: ServiceUser

    package init(users: [User] = [.everybody(.open)], administrator: ServiceUser, replication: ServiceUser) {
        self.users = users
        self.administrator = administrator
        self.replication = replication
    }

    package func text(for build: EngineBuild) -> String {
        Self.complete(users).map { "user \($0.name) \($0.words(for: build).joined(separator: " "))\n" }.joined() + """
            user \(administrator.name) on #\(administrator.passwordSHA256) ~* &* +@all
            user \(replication.name) on #\(replication.passwordSHA256) resetchannels -@all +ping +psync +replconf

            """
    }

    /// The default user can't be removed from a node: where nobody is to come in as it, it is off.
    static func complete(_ users: [User]) -> [User] {
        users.contains { $0.name == User.defaultName } ? users : [.nobody(User.defaultName)] + users
    }
}
