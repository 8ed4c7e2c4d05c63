import AWSProtocol
import CacheModel
import ElastiCacheAPI
import Foundation

/// `UserGroupIds` of a new group; `UserGroupIdsToAdd`, `UserGroupIdsToRemove` and `RemoveUserGroups` of one that stands.
enum UserGroupAssociation {
    /// Of a group whose nodes are not started yet.
    static func begin(_ group: inout ReplicationGroup, with ids: [String]?, in draft: inout Draft, _ check: AccessCheck) throws {
        guard let ids, !ids.isEmpty else { return }
        group.userGroups = ids.map { $0.lowercased() }
        try associate(group.wantedUserGroups, with: group, in: &draft, check)
    }

    /// Records which user groups a group is to have, and that it is modifying until its nodes know of it. At once, whatever ApplyImmediately
    /// says, as with tokens.
    static func change(
        _ group: inout ReplicationGroup, _ input: API.ModifyReplicationGroupMessage, in draft: inout Draft, _ check: AccessCheck,
        at date: Date
    ) throws {
        let known = group.userGroups ?? []
        let added = (input.userGroupIdsToAdd ?? []).map { $0.lowercased() }
        var removed = (input.userGroupIdsToRemove ?? []).map { $0.lowercased() }
        if let stranger = removed.first(where: { !known.contains($0) }) {
            throw ServiceFault.value(
                "The user group \(stranger) is not associated with the replication group \(group.id). (UserGroupIdsToRemove)")
        }
        if input.removeUserGroups == true { removed = known }
        guard !added.isEmpty || !removed.isEmpty else { return }
        if let present = added.first(where: known.contains) {
            throw ServiceFault.value(
                "The user group \(present) is associated with the replication group \(group.id) already. (UserGroupIdsToAdd)")
        }
        group.userGroupChange = UserGroupChange(added: added, removed: removed)
        guard group.wantedUserGroups.count <= 1 else {
            throw ServiceFault.value(
                "The replication group \(group.id) would have \(group.wantedUserGroups.count) user groups. It may have one. "
                    + "(UserGroupIdsToAdd, UserGroupIdsToRemove)")
        }
        if !added.isEmpty { try checkSupport(of: group) }
        try associate(added, with: group, in: &draft, check)
        group.accessRevision = (group.accessRevision ?? 0) + 1
        group.beginChange(at: date)
    }

    private static func checkSupport(of group: ReplicationGroup) throws {
        guard group.isEncryptedInTransit else {
            throw ServiceFault.combination(
                "User group based access control requires encryption-in-transit to be enabled on the replication group. "
                    + "(UserGroupIdsToAdd)")
        }
        guard group.transitEncryption == .required, group.pending?.transitEncryption == nil else {
            throw ServiceFault.combination(
                "Transit encryption preferred is not supported with redis access control. (UserGroupIdsToAdd, TransitEncryptionMode)")
        }
        guard group.authTokens == nil else {
            throw ServiceFault.combination(
                "User group can't be associated with auth token enabled. Pass AuthStrategy delete to proceed. (UserGroupIdsToAdd)")
        }
        guard let version = EngineVersion(group.fullEngineVersion), version >= EngineVersion(6, 0) else {
            throw ServiceFault.combination(
                "The parameter UserGroupIdsToAdd is not supported for EngineVersion \(group.engineVersion): it needs 6.0 or later.")
        }
    }

    /// None of them, and none of their users, can be deleted or changed before this is recorded.
    private static func associate(
        _ ids: [String], with group: ReplicationGroup, in draft: inout Draft, _ check: AccessCheck
    ) throws {
        for id in ids {
            let userGroup = try draft.activeUserGroup(id, in: group.realm)
            try draft.put(userGroup)
            let users = try draft.referToUsers(
                userGroup.wanted.filter { draft.state.user($0, in: group.realm)?.status != .deleting }, in: group.realm)
            try UserGroupFit.check(users, of: userGroup, at: group, check)
        }
    }
}
