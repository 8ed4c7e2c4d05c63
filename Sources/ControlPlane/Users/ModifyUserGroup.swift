import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// Records which users are to come and go. They are the group's once every node that answers knows of it.
struct ModifyUserGroup: Handler {
    typealias Call = API.Operations.ModifyUserGroup

    private let world: World
    private let engines: InstalledEngines

    init(_ environment: HandlerEnvironment) {
        world = environment.world
        engines = environment.engines
    }

    func handle(_ input: Call.Input, _ context: RequestContext) async throws -> Call.Output {
        let id = input.userGroupId.lowercased()
        let added = try UserGroupInput.ids(input.userIdsToAdd, "UserIdsToAdd")
        let removed = try UserGroupInput.ids(input.userIdsToRemove, "UserIdsToRemove")
        return try await world.transact(askingOf: engines) { draft, check in
            var group = try draft.activeUserGroup(id, in: context.realm)
            guard !added.isEmpty || !removed.isEmpty || input.engine != nil else {
                throw ServiceFault.combination("No modifications were requested")
            }
            try Self.check(added, removed, in: group)
            (group.added, group.removed) = (added, removed)
            if let engine = input.engine { group.engine = try UserIdentifier.engine(engine) }
            // Those that are on their way out are none of it any more.
            let staying = group.users.filter { !removed.contains($0) && draft.state.user($0, in: context.realm)?.status != .deleting }
            let users = try draft.referToUsers(staying + added, in: context.realm)
            try UserGroupFit.check(users, in: group, context.quotas)
            for used in draft.state.groups(using: group) { try UserGroupFit.check(users, of: group, at: used, check) }
            group.status = .modifying
            group.revision += 1
            try draft.put(group)
            return group.answer(context, in: draft.state)
        }
    }

    private static func check(_ added: [String], _ removed: [String], in group: UserGroup) throws {
        if let both = added.first(where: removed.contains) {
            throw ServiceFault.combination("The parameters UserIdsToAdd and UserIdsToRemove both name the user \(both).")
        }
        if let stranger = removed.first(where: { !group.users.contains($0) }) {
            throw ServiceFault.value("User \(stranger) is not a member of user group \(group.name). (UserIdsToRemove)")
        }
        if let member = added.first(where: group.users.contains) {
            throw ServiceFault.value("User \(member) is already a member of user group \(group.name). (UserIdsToAdd)")
        }
    }
}
