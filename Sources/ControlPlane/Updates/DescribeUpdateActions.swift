import AWSProtocol
import CacheModel
import ElastiCacheAPI

struct DescribeUpdateActions: Handler {
    typealias Call = API.Operations.DescribeUpdateActions

    private let world: World
    private let watch: UpdateWatch

    init(_ environment: HandlerEnvironment) {
        world = environment.world
        watch = UpdateWatch(environment)
    }

    func handle(_ input: Call.Input, _ context: RequestContext) async throws -> Call.Output {
        let paging = try Paging(maxRecords: input.maxRecords, marker: input.marker)
        let targets = try UpdateTargets(groups: input.replicationGroupIds, clusters: input.cacheClusterIds)
        let range = input.serviceUpdateTimeRange
        if let start = range?.startTime, let end = range?.endTime, start > end {
            throw ServiceFault.combination(
                "The parameter ServiceUpdateTimeRange.StartTime must not be after ServiceUpdateTimeRange.EndTime.")
        }
        let catalog = try await watch.look()
        let (updates, groups) = world.read { ($0.resources(ServiceUpdate.self, in: context.realm), $0.groups(in: context.realm)) }
        let statuses = input.serviceUpdateStatus ?? []
        let wanted = updates.filter { update in
            (input.serviceUpdateName == nil || input.serviceUpdateName == update.name)
                && (input.engine == nil || input.engine?.lowercased() == update.build.engine.rawValue)
                && (statuses.isEmpty || statuses.contains(update.status(in: catalog)))
                && (range?.startTime.map { $0 <= update.releaseDate } ?? true) && (range?.endTime.map { update.releaseDate <= $0 } ?? true)
        }
        let actionStatuses = input.updateActionStatus ?? []
        let actions = groups.filter(targets.matches)
            .flatMap { group in wanted.compactMap { UpdateAction($0, group, $0.status(in: catalog)) } }
            .filter { actionStatuses.isEmpty || actionStatuses.contains($0.status) }
            .sorted { $0.key < $1.key }
        let page = paging.page(actions, by: \.key)
        let withNodes = input.showNodeLevelUpdateStatus ?? false
        return Call.Output(marker: page.marker, updateActions: page.items.map { $0.answer(withNodes: withNodes) })
    }
}
