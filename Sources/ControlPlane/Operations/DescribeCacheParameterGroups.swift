import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// The account's own parameter groups, and those that every account has.
struct DescribeCacheParameterGroups: Handler {
    typealias Call = API.Operations.DescribeCacheParameterGroups

    private let world: World

    init(_ environment: HandlerEnvironment) {
        world = environment.world
    }

    func handle(_ input: Call.Input, _ context: RequestContext) async throws -> Call.Output {
        let paging = try Paging(maxRecords: input.maxRecords, marker: input.marker)
        if let name = input.cacheParameterGroupName {
            guard let group = world.read({ $0.parameterGroup(name, in: context.realm) }) else {
                throw ServiceFault(.cacheParameterGroupNotFound, "CacheParameterGroup \(name) not found.")
            }
            return Call.Output(cacheParameterGroups: [group.answer(context)])
        }
        let own = world.read { $0.resources(ParameterGroup.self, in: context.realm) }.compactMap(ParameterGroupDefinition.init)
        let groups = (own + DefaultParameterGroup.all.map(ParameterGroupDefinition.init)).sorted { $0.name < $1.name }
        let page = paging.page(groups, by: \.name)
        return Call.Output(marker: page.marker, cacheParameterGroups: page.items.map { $0.answer(context) })
    }
}
