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
        let (page, standings) = world.read { state in
            let clusters = state.groups(in: context.realm, kind: kind)
                .flatMap { group in group.members.map { (group: group, member: $0) } }
                .sorted { $0.member.id < $1.member.id }
            let page = paging.page(clusters, by: \.member.id)
            return (page, state.parameterStandings(of: page.items.map(\.group), context.nodeTypes))
        }
        return Call.Output(
            marker: page.marker,
            cacheClusters: page.items.map { group, member in
                group.clusterAnswer(member, nodes: nodes, standings[group.key] ?? ParameterStanding(wanted: nil), context, endpoints)
            })
    }
}
