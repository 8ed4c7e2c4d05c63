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

    /// How users come in, as the `default` user.
    package enum Access: Sendable, Equatable {
        /// Without a password.
        case open
        /// With one of these. 64 lower-case hexadecimal digits each.
        case passwords(sha256: [String])

        /// The rules that make it so, whatever it was before.
        var rules: [String] {
            switch self {
            case .open: ["nopass"]
            case .passwords(let hashes): ["resetpass"] + hashes.map { "#\($0)" }
            }
        }
    }

    package var users: Access
    /// May do everything: the control plane.
    package var administrator: ServiceUser
    /// May follow and nothing else: the nodes among themselves.
    package var replication: ServiceUser

    package init(users: Access = .open, administrator: ServiceUser, replication: ServiceUser) {
        self.users = users
        self.administrator = administrator
        self.replication = replication
    }

    package func text(for build: EngineBuild) -> String {
        """
        user default on \(users.rules.joined(separator: " ")) ~* &* +@all \(WithheldCommands.rules(for: build).joined(separator: " "))
        user \(administrator.name) on #\(administrator.passwordSHA256) ~* &* +@all
        user \(replication.name) on #\(replication.passwordSHA256) resetchannels -@all +ping +psync +replconf

        """
    }
}
