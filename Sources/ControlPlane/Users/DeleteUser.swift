import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// Records that a user is to go. It does once no node lets it in any more.
struct DeleteUser: Handler {
    typealias Call = API.Operations.DeleteUser

    private let world: World

    init(_ environment: HandlerEnvironment) {
        world = environment.world
    }

    func handle(_ input: Call.Input, _ context: RequestContext) async throws -> Call.Output {
        let id = input.userId.lowercased()
        return try await world.transact { draft in
            var user = try draft.changeableUser(id, in: context.realm, "deleted")
            let group = draft.state.userGroups(of: user).first { $0.engine == .redis && $0.wanted.contains(id) }
            if let group, user.userName == User.defaultName {
                throw ServiceFault(
                    .defaultUserAssociatedToUserGroup,
                    "The user \(id) is the user with the user name default of the user group \(group.name), which needs one. (UserId)")
            }
            user.status = .deleting
            user.revision += 1
            try draft.put(user)
            return user.answer(context, in: draft.state)
        }
    }
}
