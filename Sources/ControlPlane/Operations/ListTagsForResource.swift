import ElastiCacheAPI

struct ListTagsForResource: Handler {
    typealias Call = API.Operations.ListTagsForResource

    private let world: World

    init(_ environment: HandlerEnvironment) {
        world = environment.world
    }

    func handle(_ input: Call.Input, _ context: RequestContext) async throws -> Call.Output {
        let resource = try world.read { try TaggedResource.find(input.resourceName, in: $0, context) }
        return Call.Output(tagList: TagInput.answer(resource.tags))
    }
}
