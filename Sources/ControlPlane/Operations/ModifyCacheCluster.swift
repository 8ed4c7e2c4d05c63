import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// Records what a Memcached cluster is to be; its reconciler makes it so.
struct ModifyCacheCluster: Handler {
    typealias Call = API.Operations.ModifyCacheCluster

    private let world: World
    private let settings: ServiceSettings
    private let memcached: MemcachedModification

    init(_ environment: HandlerEnvironment) {
        world = environment.world
        settings = environment.settings
        memcached = MemcachedModification(environment)
    }

    func handle(_ input: Call.Input, _ context: RequestContext) async throws -> Call.Output {
        let id = input.cacheClusterId.lowercased()
        if let changed = try await memcached.modify(id, input, context) {
            return Call.Output(cacheCluster: world.answer(changed, nodes: false, context, settings))
        }
        guard world.read({ $0.member(id, in: context.realm) }) == nil else {
            throw ServiceFault(.notImplemented, "ModifyCacheCluster is only supported for clusters of memcached yet.")
        }
        throw ServiceFault.noCacheCluster(id)
    }
}
