import CacheModel
import Engine

extension WorldState {
    /// The users that a group's nodes are to have. Nil while a record that says so can't be read: then nothing is changed.
    func access(of group: ReplicationGroup) -> NodeAccess? {
        // Those that it had last, where its parameter group can't be read.
        let blocked = parameterGroup(group.parameterGroup, in: group.realm)?.blockedCommands ?? group.access?.last?.blockedCommands ?? []
        var basis = ["\(group.accessRevision ?? 0)"] + (blocked.isEmpty ? [] : ["blocked \(blocked.joined(separator: " "))"])
        guard !group.wantedUserGroups.isEmpty else {
            let user = NodeAccess.User(name: User.defaultName, access: .everything, login: group.tokenLogin)
            return NodeAccess(fingerprint: Self.fingerprint(basis, [user]), users: [user], blockedCommands: blocked)
        }
        var users: [NodeAccess.User] = []
        for id in group.wantedUserGroups {
            guard let userGroup = resource(UserGroup.self, id, in: group.realm) else { return nil }
            basis.append("\(id) \(userGroup.revision)")
            for id in userGroup.wanted {
                guard let user = user(id, in: group.realm) else { return nil }
                guard user.status != .deleting else { continue }
                users.append(
                    NodeAccess.User(name: user.userName, access: user.access, login: user.login, revision: "\(id) \(user.revision)"))
            }
        }
        return NodeAccess(fingerprint: Self.fingerprint(basis, users), users: users, blockedCommands: blocked)
    }

    private static func fingerprint(_ basis: [String], _ users: [NodeAccess.User]) -> String {
        let rules = users.map { user in
            let login =
                switch user.login {
                case .open: "open"
                case .iam: "iam"
                case .passwords(let hashes): hashes.joined(separator: " ")
                }
            return "\(user.name)\n\(user.revision)\n\(user.access)\n\(login)"
        }
        return String(Secret.sha256((basis + rules).joined(separator: "\n")).prefix(32))
    }

    /// Whether every node that answers knows what it is to know of users, of all groups that have nodes.
    func isInForce(_ userGroups: [UserGroup]) -> Bool {
        userGroups.flatMap(groups(using:)).allSatisfy { group in
            guard group.wasAvailable, group.status == .available || group.status == .modifying,
                group.wantedUserGroups.contains(where: userGroups.map(\.name).contains)
            else { return true }
            return access(of: group).map { $0.fingerprint == group.accessInForce } ?? false
        }
    }
}

extension ReplicationGroup {
    /// How the default user comes in where there are no user groups.
    fileprivate var tokenLogin: UserLogin {
        guard let authTokens, !authTokens.isOptional else { return .open }
        return .passwords(sha256: authTokens.hashes)
    }

    /// What a member's users are to be where their records can't be read: what they were last.
    func lastAccess(of member: Member) -> NodeAccess? { access(of: member) ?? access?.last }
}

extension NodeAccess {
    /// In the words of engines. Signed tokens are given by `TokenKeeper`, and never come into a node's files: a node that was told of another
    /// state keeps those that still count.
    func words(since other: NodeAccess? = nil) -> [AccessControl.User] {
        users.map { user in
            let login: AccessControl.Login =
                switch user.login {
                case .open: .open
                case .passwords(let hashes): .passwords(sha256: hashes)
                case .iam: keepsTokens(of: user, since: other) ? .kept : .passwords(sha256: [])
                }
            return AccessControl.User(name: user.name, rules: rules(of: user), login: login)
        }
    }

    /// Without the blocked commands, in each of their selectors, too.
    private func rules(of user: User) -> [String] {
        let denials = blockedCommands.map { "-\($0)" }
        guard !denials.isEmpty else { return user.access.rules }
        return user.access.rules.map { $0.hasPrefix("(") ? "\($0.dropLast()) \(denials.joined(separator: " ")))" : $0 } + denials
    }
}
