import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// Records what a Memcached cluster is to be; its reconciler makes it so.
struct ModifyCacheCluster: Handler {
    typealias Call = API.Operations.ModifyCacheCluster

    private let world: World
    private let engines: InstalledEngines
    private let tools: ReconcilingTools
    private let settings: ServiceSettings

    init(_ environment: HandlerEnvironment) {
        world = environment.world
        engines = environment.engines
        tools = environment.tools
        settings = environment.settings
    }

    func handle(_ input: Call.Input, _ context: RequestContext) async throws -> Call.Output {
        let id = input.cacheClusterId.lowercased()
        let release = input.engineVersion.flatMap { MemcachedRelease.named($0) }
        let build: MemcachedBuildReference? = if let release { await engines.build(for: release) } else { nil }
        let changed = try await world.withFreeAddresses { picker in
            try await world.transact { draft in
                guard let cluster = draft.memcached(id, in: context.realm) else {
                    if draft.state.member(id, in: context.realm) == nil { throw ServiceFault.noCacheCluster(id) }
                    throw ServiceFault(.notImplemented, "ModifyCacheCluster is only supported for clusters of memcached yet.")
                }
                return try MemcachedChange.modify(cluster, input, build, context, tools.addresses, picker, in: &draft)
            }
        }
        return Call.Output(cacheCluster: world.answer(changed, nodes: false, context, settings))
    }
}
