import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// ModifyCacheCluster of a Memcached cluster: records what it is to be.
struct MemcachedModification {
    private let world: World
    private let engines: InstalledEngines
    private let tools: ReconcilingTools

    init(_ environment: HandlerEnvironment) {
        world = environment.world
        engines = environment.engines
        tools = environment.tools
    }

    /// Nil if there is no such cluster.
    func modify(_ id: String, _ input: API.ModifyCacheClusterMessage, _ context: RequestContext) async throws -> MemcachedCluster? {
        guard let known = world.read({ $0.resource(MemcachedCluster.self, id, in: context.realm) }) else { return nil }
        let release = input.engineVersion.flatMap { MemcachedRelease.named($0) }
        let isEncrypted = known.isEncryptedInTransit
        let build: MemcachedBuildReference? = if let release { await engines.build(for: release, encrypted: isEncrypted) } else { nil }
        return try await world.withFreeAddresses { picker in
            try await world.transact { draft -> MemcachedCluster? in
                guard let cluster = draft.memcached(id, in: context.realm) else { return nil }
                let change = MemcachedChange(input: input, build: build, context: context, layout: tools.network, picker: picker)
                return try change.modify(cluster, in: &draft)
            }
        }
    }
}
