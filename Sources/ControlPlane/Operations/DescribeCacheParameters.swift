import AWSProtocol
import CacheModel
import ElastiCacheAPI

struct DescribeCacheParameters: Handler {
    typealias Call = API.Operations.DescribeCacheParameters

    private let world: World

    init(_ environment: HandlerEnvironment) {
        world = environment.world
    }

    func handle(_ input: Call.Input, _ context: RequestContext) async throws -> Call.Output {
        let paging = try Paging(maxRecords: input.maxRecords, marker: input.marker)
        let source = try ParameterListing.Source(input.source)
        let name = input.cacheParameterGroupName
        guard let group = world.read({ $0.parameterGroup(name, in: context.realm) }) else {
            throw ServiceFault(.cacheParameterGroupNotFound, "CacheParameterGroup \(name) not found.")
        }
        let listing = ParameterListing(
            group.family, changes: group.changes, userChanges: !group.isDefault, source: source, context.nodeTypes)
        let page = listing.page(paging)
        return Call.Output(marker: page.marker, parameters: page.parameters, cacheNodeTypeSpecificParameters: page.byNodeType)
    }
}
