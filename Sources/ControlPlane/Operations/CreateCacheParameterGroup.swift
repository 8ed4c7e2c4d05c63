import AWSProtocol
import CacheModel
import ElastiCacheAPI

struct CreateCacheParameterGroup: Handler {
    typealias Call = API.Operations.CreateCacheParameterGroup

    private let world: World

    init(_ environment: HandlerEnvironment) {
        world = environment.world
    }

    func handle(_ input: Call.Input, _ context: RequestContext) async throws -> Call.Output {
        let name = try ParameterInput.name(input.cacheParameterGroupName)
        let family = try ParameterInput.family(input.cacheParameterGroupFamily)
        let description = input.description.allSatisfy(\.isWhitespace) ? " " : input.description
        let tags = try TagInput.tags(input.tags, context)
        let group = ParameterGroup(realm: context.realm, name: name, family: family.name, description: description, tags: tags)
        try await world.transact { draft in
            guard draft.resource(ParameterGroup.self, name, in: context.realm) == nil else {
                throw ServiceFault(.cacheParameterGroupAlreadyExists, "Parameter group \(name) already exists")
            }
            guard draft.state.resources(ParameterGroup.self, in: context.realm).count < context.quotas.parameterGroups else {
                throw ServiceFault(
                    .cacheParameterGroupQuotaExceeded,
                    "You have already reached your quota of \(context.quotas.parameterGroups) parameter groups in this region.")
            }
            try draft.put(group)
        }
        return Call.Output(cacheParameterGroup: ParameterGroupDefinition(group)?.answer(context))
    }
}
