import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// Records new values; the reconcilers of the groups that use the parameter group give them to their nodes.
struct ModifyCacheParameterGroup: Handler {
    typealias Call = API.Operations.ModifyCacheParameterGroup

    private let world: World

    init(_ environment: HandlerEnvironment) {
        world = environment.world
    }

    func handle(_ input: Call.Input, _ context: RequestContext) async throws -> Call.Output {
        let name = try await world.transact { draft in
            let (group, family) = try draft.changeableParameterGroup(input.cacheParameterGroupName, in: context.realm)
            var edit = ParameterEdit(group, of: family, in: draft.state)
            for (name, value) in try ParameterInput.pairs(input.parameterNameValues) { try edit.set(name, value) }
            try draft.put(edit.group)
            try draft.log(edit.events, ofParameterGroup: group.key, context)
            return group.name
        }
        return Call.Output(cacheParameterGroupName: name)
    }
}
