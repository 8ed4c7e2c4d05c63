import AWSProtocol
import CacheModel
import ElastiCacheAPI

struct DescribeReservedCacheNodes: Handler {
    typealias Call = API.Operations.DescribeReservedCacheNodes

    private let world: World

    init(_ environment: HandlerEnvironment) {
        world = environment.world
    }

    func handle(_ input: Call.Input, _ context: RequestContext) async throws -> Call.Output {
        let paging = try Paging(maxRecords: input.maxRecords, marker: input.marker)
        let filter = try OfferingFilter(
            nodeType: input.cacheNodeType, duration: input.duration, product: input.productDescription, offeringType: input.offeringType)
        var reservations = world.read { $0.resources(NodeReservation.self, in: context.realm) }
        if let id = input.reservedCacheNodeId?.lowercased() {
            reservations = reservations.filter { $0.name == id }
            guard !reservations.isEmpty else {
                throw ServiceFault(.reservedCacheNodeNotFound, "ReservedCacheNode not found: \(id)")
            }
        }
        if let id = input.reservedCacheNodesOfferingId { reservations = reservations.filter { $0.offering.id == id } }
        let page = paging.page(reservations.filter { filter.matches($0.offering) }, by: \.name)
        return Call.Output(marker: page.marker, reservedCacheNodes: page.items.map { $0.answer(context) })
    }
}
