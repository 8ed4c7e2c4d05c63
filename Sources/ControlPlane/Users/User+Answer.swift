import CacheModel
import ElastiCacheAPI

extension User {
    /// A password is told by there being one.
    func answer(_ context: RequestContext, in state: WorldState) -> API.User {
        API.User(
            userId: name,
            userName: userName,
            status: status.rawValue,
            engine: engine.rawValue,
            minimumEngineVersion: minimumEngineVersion.shortDescription,
            accessString: access.description,
            userGroupIds: state.userGroups(of: self).filter { $0.users.contains(name) }.map(\.name),
            authentication: authentication,
            arn: context.arn(.user, name))
    }

    private var authentication: API.Authentication {
        switch login {
        case .open: API.Authentication(type: .noPassword)
        case .passwords(let hashes): API.Authentication(type: .password, passwordCount: hashes.count)
        case .iam: API.Authentication(type: .iam)
        }
    }
}

extension UserGroup {
    func answer(_ context: RequestContext, in state: WorldState) -> API.UserGroup {
        let oldest = users.compactMap { state.user($0, in: realm)?.minimumEngineVersion }.max()
        let isChanging = !added.isEmpty || !removed.isEmpty
        return API.UserGroup(
            userGroupId: name,
            status: status.rawValue,
            engine: engine.rawValue,
            userIds: users,
            minimumEngineVersion: max(oldest ?? EngineVersion(6, 0), engine == .valkey ? EngineVersion(7, 2) : EngineVersion(6, 0))
                .shortDescription,
            pendingChanges: isChanging ? API.UserGroupPendingChanges(userIdsToRemove: removed, userIdsToAdd: added) : nil,
            replicationGroups: state.groups(using: self).filter { $0.kind == .replicationGroup }.map(\.id),
            serverlessCaches: [],
            arn: context.arn(.userGroup, name))
    }
}

extension EngineVersion {
    /// `7.0`
    fileprivate var shortDescription: String { "\(major).\(minor)" }
}
