import AWSProtocol
import CacheModel
import ElastiCacheAPI

struct AddTagsToResource: Handler {
    typealias Call = API.Operations.AddTagsToResource

    private let world: World

    init(_ environment: HandlerEnvironment) {
        world = environment.world
    }

    func handle(_ input: Call.Input, _ context: RequestContext) async throws -> Call.Output {
        let added = try TagInput.tags(input.tags)
        let tags = try await TaggedResource.change(input.resourceName, in: world, context) { tags, isTarget in
            do throws(TagRules.Failure) {
                return try TagRules.adding(added, to: tags)
            } catch {
                // A member with tags of its own that has no room for the group's keeps what it has.
                guard isTarget else { return tags }
                throw TagInput.fault(error)
            }
        }
        return Call.Output(tagList: TagInput.answer(tags))
    }
}
