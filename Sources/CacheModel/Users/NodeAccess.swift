/// The users of a group's nodes: all but the service's own.
package struct NodeAccess: Codable, Sendable, Equatable {
    /// One of them on a node.
    package struct User: Codable, Sendable, Equatable {
        package let name: String
        package let access: AccessString
        package let login: UserLogin
        /// Differs from that of every other user of the name, and after every change of this one.
        package let revision: String

        /// Of the user that an account has made; nil for whoever comes in by a token, or without one.
        fileprivate var id: Substring? { revision.split(separator: " ").first }

        package init(name: String, access: AccessString, login: UserLogin, revision: String = "") {
            self.name = name
            self.access = access
            self.login = login
            self.revision = revision
        }
    }

    /// Differs from that of every other state of the users, also where one is the same again as it was before.
    package let fingerprint: String
    /// By name, each once.
    package let users: [User]
    /// Commands that none of them may run, whatever their access strings say. Nil is none.
    private let blocked: [String]?

    package init(fingerprint: String, users: [User], blockedCommands: [String] = []) {
        self.fingerprint = fingerprint
        self.users = users.sorted { $0.name < $1.name }
        blocked = blockedCommands.isEmpty ? nil : blockedCommands
    }

    /// Lower case.
    package var blockedCommands: [String] { blocked ?? [] }

    package subscript(name: String) -> User? { users.first { $0.name == name } }

    /// The names of those users of another state who have fewer rights, or are none, in this one: their connections are not to go on.
    ///
    /// Nil for the other state is that of every group without a user group. A password that counts no more takes no right away.
    package func deprived(since other: NodeAccess?) -> [String] {
        let before = other?.users ?? [User(name: CacheModel.User.defaultName, access: .everything, login: .open)]
        return before.filter { known in
            guard let user = self[known.name] else { return known.access.isOn }
            // Another one who comes in under the name.
            if let (mine, theirs) = user.id.flatMap({ mine in known.id.map { (mine, $0) } }), mine != theirs { return known.access.isOn }
            return user.access.takesAway(from: known.access)
        }.map(\.name)
    }
}

extension NodeAccess {
    /// Whether a user shows who it is by signed tokens, as it did in another state, and has not changed since: then those of the tokens that
    /// a node has still count.
    package func keepsTokens(of user: User, since other: NodeAccess?) -> Bool {
        user.login == .iam && other?[user.name] == user
    }
}

/// Other user groups for a replication group, until its nodes that answer know of them.
package struct UserGroupChange: Codable, Sendable, Equatable {
    package var added: [String]
    package var removed: [String]

    package init(added: [String], removed: [String]) {
        self.added = added
        self.removed = removed
    }
}

extension ReplicationGroup {
    /// The ids of its user groups once their change is in force. Empty: access is by AUTH tokens, or open.
    package var wantedUserGroups: [String] {
        (userGroups ?? []).filter { userGroupChange?.removed.contains($0) != true } + (userGroupChange?.added ?? [])
    }

    /// What a member's users were told to be last.
    package func access(of member: Member) -> NodeAccess? { access?.first { $0.fingerprint == member.access } }

    /// What a member's users are is not known any more.
    package mutating func forgetAccess(of id: String) {
        for n in nodeGroups.indices {
            for m in nodeGroups[n].members.indices where nodeGroups[n].members[m].id == id { nodeGroups[n].members[m].access = nil }
        }
    }

    /// Records what members' users are, and keeps of the others only what somebody has.
    package mutating func record(_ new: NodeAccess, of ids: Set<String>) {
        for n in nodeGroups.indices {
            for m in nodeGroups[n].members.indices where ids.contains(nodeGroups[n].members[m].id) {
                nodeGroups[n].members[m].access = new.fingerprint
            }
        }
        let used = Set(members.compactMap(\.access))
        access = ((access ?? []).filter { $0.fingerprint != new.fingerprint } + [new]).filter { used.contains($0.fingerprint) }
    }
}
