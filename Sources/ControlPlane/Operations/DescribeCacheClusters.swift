import AWSProtocol
import CacheModel
import ElastiCacheAPI

struct DescribeCacheClusters: Handler {
    typealias Call = API.Operations.DescribeCacheClusters

    private let world: World
    private let settings: ServiceSettings

    init(_ environment: HandlerEnvironment) {
        world = environment.world
        settings = environment.settings
    }

    func handle(_ input: Call.Input, _ context: RequestContext) async throws -> Call.Output {
        let paging = try Paging(maxRecords: input.maxRecords, marker: input.marker)
        let endpoints = EndpointAnswers(style: settings.endpointStyle)
        let nodes = input.showCacheNodeInfo ?? false
        if let id = input.cacheClusterId?.lowercased() {
            if let memcached = await memcached(id, context) {
                return Call.Output(cacheClusters: [world.answer(memcached, nodes: nodes, context, settings)])
            }
            if let found = world.read({ $0.member(id, in: context.realm) }) {
                await world.holdWhilePassing(found.group.key, atMost: settings.describeHold)
            }
            return try world.read { state in
                guard let found = state.member(id, in: context.realm) else { throw ServiceFault.noCacheCluster(id) }
                let parameters = state.parameterStanding(of: found.group, context.nodeTypes)
                return Call.Output(cacheClusters: [found.group.clusterAnswer(found.member, nodes: nodes, parameters, context, endpoints)])
            }
        }
        let kind: GroupKey.Kind? = input.showCacheClustersNotInReplicationGroups == true ? .cacheCluster : nil
        let members = world.read { $0.groups(in: context.realm, kind: kind) }.flatMap { group in
            group.members.map { member in
                Row(id: member.id) {
                    let standing = world.read { $0.parameterStanding(of: group, context.nodeTypes) }
                    return group.clusterAnswer(member, nodes: nodes, standing, context, endpoints)
                }
            }
        }
        let others = world.read { $0.resources(MemcachedCluster.self, in: context.realm) }.map { cluster in
            Row(id: cluster.name) { world.answer(cluster, nodes: nodes, context, settings) }
        }
        let page = paging.page((members + others).sorted { $0.id < $1.id }, by: \.id)
        return Call.Output(marker: page.marker, cacheClusters: page.items.map { $0.answer() })
    }

    /// A cluster in the list, described if it is on the page.
    private struct Row {
        let id: String
        let answer: () -> API.CacheCluster
    }

    /// Nil if there is none of this id.
    private func memcached(_ id: String, _ context: RequestContext) async -> MemcachedCluster? {
        guard let found = world.read({ $0.resource(MemcachedCluster.self, id, in: context.realm) }) else { return nil }
        await world.holdWhilePassing(found.groupKey, atMost: settings.describeHold)
        return world.read { $0.resource(MemcachedCluster.self, id, in: context.realm) }
    }
}
