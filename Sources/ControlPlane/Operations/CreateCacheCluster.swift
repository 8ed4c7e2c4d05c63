import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// Records a new Memcached cluster; its reconciler starts it.
struct CreateCacheCluster: Handler {
    typealias Call = API.Operations.CreateCacheCluster

    private let world: World
    private let settings: ServiceSettings
    private let memcached: MemcachedCreation

    init(_ environment: HandlerEnvironment) {
        world = environment.world
        settings = environment.settings
        memcached = MemcachedCreation(environment)
    }

    func handle(_ input: Call.Input, _ context: RequestContext) async throws -> Call.Output {
        let id = try Self.identifier(input.cacheClusterId)
        guard input.engine?.lowercased() == MemcachedRelease.engine else {
            throw ServiceFault.unsupported("Engine \(input.engine ?? "redis")")
        }
        let cluster = try await memcached.create(id, input, context)
        return Call.Output(cacheCluster: world.answer(cluster, nodes: false, context, settings))
    }

    private static func identifier(_ text: String) throws -> String {
        do {
            return try Identifier.normalized(text, limit: Identifier.Limit.cacheCluster)
        } catch {
            switch error {
            case .empty:
                throw ServiceFault.missing("CacheClusterId")
            case .tooLong(let limit):
                throw ServiceFault.value(
                    "The parameter CacheClusterId is not a valid identifier because it is longer than \(limit) characters.")
            case .malformed:
                throw ServiceFault.value(
                    "The parameter CacheClusterId is not a valid identifier. Identifiers must begin with a letter; must contain only "
                        + "ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens.")
            }
        }
    }
}
