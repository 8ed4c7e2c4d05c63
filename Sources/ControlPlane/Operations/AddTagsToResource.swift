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
        let added = try TagInput.tags(input.tags, context)
        let tags = try await TaggedResource.change(input.resourceName, in: world, context) { tags, isTarget in
            do throws(TagRules.Failure) {
                return try TagRules.adding(added, to: tags, limit: context.quotas.tagsPerResource)
            } catch {
                guard !isTarget, case .tooMany(let count) = error else { throw TagInput.fault(error, context) }
                throw ServiceFault(
                    .tagQuotaPerResourceExceeded,
                    "The parameter Tags would give a member of the group, which has tags of its own, \(count) tags. "
                        + "A resource may have at most \(context.quotas.tagsPerResource).")
            }
        }
        return Call.Output(tagList: TagInput.answer(tags))
    }
}
