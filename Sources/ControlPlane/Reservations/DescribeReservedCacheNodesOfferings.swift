import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// The offerings of the operator's file: none without one.
struct DescribeReservedCacheNodesOfferings: Handler {
    typealias Call = API.Operations.DescribeReservedCacheNodesOfferings

    private let settings: ServiceSettings

    init(_ environment: HandlerEnvironment) {
        settings = environment.settings
    }

    func handle(_ input: Call.Input, _ context: RequestContext) async throws -> Call.Output {
        let paging = try Paging(maxRecords: input.maxRecords, marker: input.marker)
        let filter = try OfferingFilter(
            nodeType: input.cacheNodeType, duration: input.duration, product: input.productDescription, offeringType: input.offeringType)
        var offerings = settings.offerings
        if let id = input.reservedCacheNodesOfferingId {
            offerings = offerings.filter { $0.id == id }
            guard !offerings.isEmpty else { throw ServiceFault.noOffering(id) }
        }
        let page = paging.page(offerings.filter(filter.matches).sorted { $0.id < $1.id }, by: \.id)
        return Call.Output(marker: page.marker, reservedCacheNodesOfferings: page.items.map(\.answer))
    }
}
