import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// Records that no further node of a group is to be replaced. Those that were stay on the new build.
struct BatchStopUpdateAction: Handler {
    typealias Call = API.Operations.BatchStopUpdateAction

    private let world: World

    init(_ environment: HandlerEnvironment) {
        world = environment.world
    }

    func handle(_ input: Call.Input, _ context: RequestContext) async throws -> Call.Output {
        let targets = try UpdateTargets(groups: input.replicationGroupIds, clusters: input.cacheClusterIds)
        return try await UpdateBatch.process(input.serviceUpdateName, targets, in: world, context) { update, group in
            guard var progress = group.updates?[update.name], progress.isUnderWay else {
                throw ServiceFault.value("The service update \(update.name) is not being applied to \(group.id). (ServiceUpdateName)")
            }
            progress.enter(.stopping, at: context.now)
            group.updates?[update.name] = progress
        }
    }
}
