import AWSProtocol
import CacheModel
import ElastiCacheAPI

struct DeleteCacheParameterGroup: Handler {
    typealias Call = API.Operations.DeleteCacheParameterGroup

    private let world: World

    init(_ environment: HandlerEnvironment) {
        world = environment.world
    }

    func handle(_ input: Call.Input, _ context: RequestContext) async throws -> Call.Output {
        // Names of default groups have dots and are refused like any other that is no identifier.
        let name = try ParameterInput.name(input.cacheParameterGroupName)
        try await world.transact { draft in
            guard let group = draft.resource(ParameterGroup.self, name, in: context.realm) else {
                // Without the space it is what the real service says, and what clients look for.
                throw ServiceFault(.cacheParameterGroupNotFound, "CacheParameterGroupnot found: \(name)")
            }
            if let user = draft.state.userIDs(ofParameterGroup: group.key).first {
                throw ServiceFault(
                    .invalidCacheParameterGroupState,
                    "Cache parameter group \(name) is used by \(user) and can not be deleted. (CacheParameterGroupName)")
            }
            draft.remove(group)
        }
        return Call.Output()
    }
}
