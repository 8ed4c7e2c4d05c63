import AWSProtocol
import CacheModel
import ElastiCacheAPI

struct CreateUserGroup: Handler {
    typealias Call = API.Operations.CreateUserGroup

    private let world: World

    init(_ environment: HandlerEnvironment) {
        world = environment.world
    }

    func handle(_ input: Call.Input, _ context: RequestContext) async throws -> Call.Output {
        let id = try UserIdentifier.userGroup(input.userGroupId)
        let engine = try UserIdentifier.engine(input.engine)
        let tags = try TagInput.tags(input.tags, context)
        let ids = try UserGroupInput.ids(input.userIds, "UserIds")
        return try await world.transact { draft in
            guard draft.resource(UserGroup.self, id, in: context.realm) == nil else {
                throw ServiceFault(.userGroupAlreadyExists, "User group \(id) already exists. (UserGroupId)")
            }
            guard draft.state.resources(UserGroup.self, in: context.realm).count < context.quotas.userGroups else {
                throw ServiceFault(
                    .userGroupQuotaExceeded, "An account may have at most \(context.quotas.userGroups) user groups in a region.")
            }
            let group = UserGroup(realm: context.realm, name: id, engine: engine, users: ids, tags: tags)
            try UserGroupFit.check(try draft.referToUsers(ids, in: context.realm), in: group, context.quotas)
            try draft.put(group)
            return group.answer(context, in: draft.state)
        }
    }
}

enum UserGroupInput {
    /// In lower case. One that is named twice would be two users of one name.
    static func ids(_ ids: [String]?, _ parameter: String) throws -> [String] {
        let ids = (ids ?? []).map { $0.lowercased() }
        if let twice = Dictionary(grouping: ids, by: \.self).filter({ $0.value.count > 1 }).keys.min() {
            throw ServiceFault.value("The parameter \(parameter) names the user \(twice) twice.")
        }
        return ids
    }
}
