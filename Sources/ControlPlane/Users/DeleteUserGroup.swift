import AWSProtocol
import CacheModel
import ElastiCacheAPI

struct DeleteUserGroup: Handler {
    typealias Call = API.Operations.DeleteUserGroup

    private let world: World

    init(_ environment: HandlerEnvironment) {
        world = environment.world
    }

    func handle(_ input: Call.Input, _ context: RequestContext) async throws -> Call.Output {
        let id = input.userGroupId.lowercased()
        return try await world.transact { draft in
            var group = try draft.activeUserGroup(id, in: context.realm)
            if let user = draft.state.groups(using: group).first {
                throw ServiceFault(
                    .invalidUserGroupState,
                    "User group \(id) can not be deleted while it is associated with \(user.id). (UserGroupId)")
            }
            group.status = .deleting
            group.revision += 1
            try draft.put(group)
            return group.answer(context, in: draft.state)
        }
    }
}
