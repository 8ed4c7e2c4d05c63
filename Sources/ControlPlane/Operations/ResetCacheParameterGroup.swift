import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// Takes an account's values away, so that the family's count again: all of them, or those named.
struct ResetCacheParameterGroup: Handler {
    typealias Call = API.Operations.ResetCacheParameterGroup

    private let world: World

    init(_ environment: HandlerEnvironment) {
        world = environment.world
    }

    func handle(_ input: Call.Input, _ context: RequestContext) async throws -> Call.Output {
        let name = try await world.transact { draft in
            let (group, family) = try draft.changeableParameterGroup(input.cacheParameterGroupName, in: context.realm)
            var edit = ParameterEdit(group, of: family, in: draft.state)
            if input.resetAllParameters == true {
                try edit.resetAll()
            } else {
                for (name, _) in try ParameterInput.pairs(input.parameterNameValues) { try edit.reset(name) }
            }
            try draft.put(edit.group)
            try draft.log(edit.events, ofParameterGroup: group.key, context)
            return group.name
        }
        return Call.Output(cacheParameterGroupName: name)
    }
}
