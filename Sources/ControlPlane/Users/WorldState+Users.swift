import AWSProtocol
import CacheModel
import ElastiCacheAPI

extension User: TaggableResource {
    static var arnType: ARN.ResourceType { .user }
    static var table: any WritableKeyPath<WorldState, ResourceTable<Self>> & Sendable { \.users }

    func requireTaggable() throws {
        if status != .active { throw ServiceFault(.userNotFound, "User \(name) is not available for tagging.") }
    }
}

extension UserGroup: TaggableResource {
    static var arnType: ARN.ResourceType { .userGroup }
    static var table: any WritableKeyPath<WorldState, ResourceTable<Self>> & Sendable { \.userGroups }

    func requireTaggable() throws {
        if status != .active { throw ServiceFault(.userGroupNotFound, "User group \(name) is not available for tagging.") }
    }
}

extension WorldState {
    /// By their id, in lower case. Every account has the predefined one.
    func user(_ id: String, in realm: Realm) -> User? {
        id == User.defaultName ? User.predefined(in: realm) : resource(User.self, id, in: realm)
    }

    /// By id.
    func allUsers(in realm: Realm) -> [User] {
        ([User.predefined(in: realm)] + resources(User.self, in: realm)).sorted { $0.name < $1.name }
    }

    /// The user groups that it is in, or is to be in, by id.
    func userGroups(of user: User) -> [UserGroup] {
        resources(UserGroup.self, in: user.realm).filter { ($0.users + $0.added).contains(user.name) }
    }

    /// Groups, and clusters that were kept of one, that a user group is associated with, or is about to be, or not to be any more. By id.
    func groups(using userGroup: UserGroup) -> [ReplicationGroup] {
        groups(in: userGroup.realm).filter { group in
            (group.userGroups ?? []).contains(userGroup.name) || group.userGroupChange?.added.contains(userGroup.name) == true
        }.sorted { $0.id < $1.id }
    }

    static func isOfUsers(_ key: String) -> Bool {
        [User.recordKind, UserGroup.recordKind].contains { key.hasPrefix("\($0)/") }
    }

    /// Those that a record of a user or a user group may be about: all of its account and region that have a user group.
    func groupsOfUsers(recordedAt key: String) -> [GroupKey] {
        guard
            let realm = [User.recordKind, UserGroup.recordKind].lazy.compactMap({ ResourceKey(storeKey: key, kind: $0)?.realm }).first
        else { return [] }
        return groups(in: realm).filter { !$0.wantedUserGroups.isEmpty }.map(\.key)
    }
}
