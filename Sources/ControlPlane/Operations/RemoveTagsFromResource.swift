import AWSProtocol
import CacheModel
import ElastiCacheAPI

struct RemoveTagsFromResource: Handler {
    typealias Call = API.Operations.RemoveTagsFromResource

    private let world: World

    init(_ environment: HandlerEnvironment) {
        world = environment.world
    }

    func handle(_ input: Call.Input, _ context: RequestContext) async throws -> Call.Output {
        let keys = Set(input.tagKeys)
        let tags = try await TaggedResource.change(input.resourceName, in: world, context) { tags, isTarget in
            if isTarget, let absent = input.tagKeys.first(where: { key in !tags.contains { $0.key == key } }) {
                throw ServiceFault(.tagNotFound, "The resource has no tag with the key \(absent) of the parameter TagKeys.")
            }
            return tags.filter { !keys.contains($0.key) }
        }
        return Call.Output(tagList: TagInput.answer(tags))
    }
}
