import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// What users, user groups and replication groups demand of each other.
enum UserGroupFit {
    static func check(_ users: [User], in group: UserGroup, _ quotas: Quotas) throws {
        guard users.count <= quotas.usersPerGroup else {
            throw ServiceFault(
                .userQuotaExceeded,
                "The user group \(group.name) would have \(users.count) users. A user group may have at most \(quotas.usersPerGroup).")
        }
        for (place, user) in users.enumerated() {
            if let other = users[..<place].first(where: { $0.userName == user.userName }) {
                throw ServiceFault(
                    .duplicateUserName,
                    "The users \(other.name) and \(user.name) have the same user name \(user.userName), and can not be in one user group. "
                        + "(UserIds)")
            }
            try check(user, in: group)
        }
        guard group.engine == .valkey || users.contains(where: { $0.userName == User.defaultName }) else {
            throw ServiceFault(.defaultUserRequired, "User group needs to contain a user with the user name default.")
        }
    }

    private static func check(_ user: User, in group: UserGroup) throws {
        guard user.engine == .redis || group.engine == .valkey else {
            throw ServiceFault.combination(
                "The user \(user.name) with engine valkey can not be in the user group \(group.name) with engine redis. (UserIds, Engine)")
        }
        guard user.login != .open || group.engine == .redis else {
            throw ServiceFault.combination(
                "The user \(user.name) needs no password, and can not be in the user group \(group.name) with engine valkey: its users have "
                    + "passwords or the authentication type iam. (UserIds, Engine)")
        }
    }

    /// Of a user group that is associated with a replication group, or is to be.
    static func check(_ users: [User], of userGroup: UserGroup, at group: ReplicationGroup, _ access: AccessCheck) throws {
        guard userGroup.engine == .redis || group.engine == .valkey else {
            throw ServiceFault.combination(
                "The user group \(userGroup.name) with engine valkey can not be associated with the replication group \(group.id) with "
                    + "engine redis. (UserGroupIds)")
        }
        let version = EngineVersion(group.fullEngineVersion) ?? EngineVersion(0, 0)
        if let user = users.first(where: { $0.minimumEngineVersion > version }) {
            throw ServiceFault.combination(
                "The user \(user.name) of the user group \(userGroup.name) needs engine version \(user.minimumEngineVersion) or later, and "
                    + "the replication group \(group.id) has \(group.engineVersion). (UserGroupIds)")
        }
        for user in users { try access.check(user.access, of: user, at: group) }
    }
}

extension Draft {
    /// The users of these ids, of whom none can go before they are referred to. Throws `UserNotFound`.
    mutating func referToUsers(_ ids: [String], in realm: Realm) throws -> [User] {
        try ids.map { id in
            if id == User.defaultName { return User.predefined(in: realm) }
            guard let user = resource(User.self, id, in: realm), user.status != .deleting else { throw ServiceFault.noUser(id) }
            try put(user)
            return user
        }
    }

    /// A user that is to be changed. Throws `UserNotFound`, or `InvalidUserState` for one that is changing already or is everybody's.
    mutating func changeableUser(_ id: String, in realm: Realm, _ verb: String) throws -> User {
        guard id != User.defaultName else {
            throw ServiceFault(.invalidUserState, "The user \(id) is the default user of the account, and can not be \(verb). (UserId)")
        }
        guard let user = resource(User.self, id, in: realm) else { throw ServiceFault.noUser(id) }
        guard user.status == .active else {
            throw ServiceFault(.invalidUserState, "User \(id) must be in active state to be \(verb): it is \(user.status.rawValue).")
        }
        return user
    }

    /// Throws `UserGroupNotFound`, or `InvalidUserGroupState` for one that is not active.
    mutating func activeUserGroup(_ id: String, in realm: Realm) throws -> UserGroup {
        guard let group = resource(UserGroup.self, id, in: realm) else { throw ServiceFault.noUserGroup(id) }
        guard group.status == .active else {
            throw ServiceFault(
                .invalidUserGroupState, "User group \(id) must be in active state: it is \(group.status.rawValue). (UserGroupId)")
        }
        return group
    }
}

extension ServiceFault {
    static func noUser(_ id: String) -> ServiceFault { ServiceFault(.userNotFound, "User not found: \(id)") }

    static func noUserGroup(_ id: String) -> ServiceFault { ServiceFault(.userGroupNotFound, "User group not found: \(id)") }
}
