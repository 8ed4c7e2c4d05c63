import AWSProtocol
import CacheModel
import ElastiCacheAPI
import Foundation

/// Records a reservation. That is all there is to it: nobody is charged, and no node is held back.
struct PurchaseReservedCacheNodesOffering: Handler {
    typealias Call = API.Operations.PurchaseReservedCacheNodesOffering

    private static let longestID = 50

    private let world: World
    private let settings: ServiceSettings

    init(_ environment: HandlerEnvironment) {
        world = environment.world
        settings = environment.settings
    }

    func handle(_ input: Call.Input, _ context: RequestContext) async throws -> Call.Output {
        let given = try input.reservedCacheNodeId.map(Self.identifier)
        let count = input.cacheNodeCount ?? 1
        guard count >= 1 else { throw ServiceFault.value("The parameter CacheNodeCount must be at least 1. It was \(count).") }
        guard let offering = settings.offerings.first(where: { $0.id == input.reservedCacheNodesOfferingId }) else {
            throw ServiceFault.noOffering(input.reservedCacheNodesOfferingId)
        }
        let tags = try TagInput.tags(input.tags, context)
        let bought = try await world.transact { draft in
            let name = given ?? Self.freeName(in: draft.state, context)
            guard draft.resource(NodeReservation.self, name, in: context.realm) == nil else {
                throw ServiceFault(.reservedCacheNodeAlreadyExists, "ReservedCacheNode already exists: \(name)")
            }
            try Self.checkQuota(count, in: draft.state, context)
            let reservation = NodeReservation(
                realm: context.realm, name: name, offering: offering, count: count, startTime: context.now, tags: tags)
            try draft.put(reservation)
            return reservation
        }
        return Call.Output(reservedCacheNode: bought.answer(context))
    }

    private static func identifier(_ text: String) throws -> String {
        do {
            return try Identifier.normalized(text, limit: longestID)
        } catch {
            throw ServiceFault.value(
                "The parameter ReservedCacheNodeId is not a valid identifier. Identifiers must begin with a letter; must contain only "
                    + "ASCII letters, digits, and hyphens; must not end with a hyphen or contain two consecutive hyphens; and must not be "
                    + "longer than \(longestID) characters.")
        }
    }

    /// As the real service names them: `ri-2017-03-27-08-33-25-582`, the time of the purchase.
    private static func freeName(in state: borrowing WorldState, _ context: RequestContext) -> String {
        let moment = context.now.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)).dropLast()
        let name = "ri-" + String(moment.map { $0.isNumber ? $0 : "-" })
        var (free, number) = (name, 1)
        while state.resource(NodeReservation.self, free, in: context.realm) != nil {
            number += 1
            free = "\(name)-\(number)"
        }
        return free
    }

    private static func checkQuota(_ count: Int, in state: borrowing WorldState, _ context: RequestContext) throws {
        let reserved = state.resources(NodeReservation.self, in: context.realm)
            .filter { $0.state(at: context.now) != .retired }.reduce(0) { $0 + $1.count }
        let quota = context.quotas.reservedNodes
        guard count <= quota - reserved else {
            throw ServiceFault(
                .reservedCacheNodeQuotaExceeded,
                "The parameter CacheNodeCount of \(count) would exceed the quota of \(quota) reserved cache nodes in this region: "
                    + "\(reserved) are reserved.")
        }
    }
}
