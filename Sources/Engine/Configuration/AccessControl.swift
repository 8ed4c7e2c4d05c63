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

    /// May do everything: the control plane.
    package var administrator: ServiceUser
    /// May follow and nothing else: the nodes among themselves.
    package var replication: ServiceUser

    package init(administrator: ServiceUser, replication: ServiceUser) {
        self.administrator = administrator
        self.replication = replication
    }

    package func text(for build: EngineBuild) -> String {
        """
        user default on nopass ~* &* +@all \(WithheldCommands.rules(for: build).joined(separator: " "))
        user \(administrator.name) on #\(administrator.passwordSHA256) ~* &* +@all
        user \(replication.name) on #\(replication.passwordSHA256) resetchannels -@all +ping +psync +replconf

        """
    }
}
