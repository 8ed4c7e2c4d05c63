import AWSProtocol
import CacheModel
import ElastiCacheAPI

struct DescribeEngineDefaultParameters: Handler {
    typealias Call = API.Operations.DescribeEngineDefaultParameters

    init(_ environment: HandlerEnvironment) {}

    func handle(_ input: Call.Input, _ context: RequestContext) async throws -> Call.Output {
        let paging = try Paging(maxRecords: input.maxRecords, marker: input.marker)
        let family = try ParameterInput.family(input.cacheParameterGroupFamily)
        let page = ParameterListing(family, changes: [:], userChanges: false, source: nil, context.nodeTypes).page(paging)
        return Call.Output(
            engineDefaults: API.EngineDefaults(
                cacheParameterGroupFamily: family.name, marker: page.marker, parameters: page.parameters,
                cacheNodeTypeSpecificParameters: page.byNodeType))
    }
}
