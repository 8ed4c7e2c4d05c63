import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// Records a cluster that is alone, or a replica of a group under an id of the caller's own; a reconciler builds it.
struct CreateCacheCluster: Handler {
    typealias Call = API.Operations.CreateCacheCluster

    private let world: World
    private let tools: ReconcilingTools
    private let settings: ServiceSettings
    private let groups: CreateReplicationGroup
    private let memcached: MemcachedCreation

    init(_ environment: HandlerEnvironment) {
        world = environment.world
        tools = environment.tools
        settings = environment.settings
        groups = CreateReplicationGroup(environment)
        memcached = MemcachedCreation(environment)
    }

    func handle(_ input: Call.Input, _ context: RequestContext) async throws -> Call.Output {
        let id = try ClusterIdentifier.check(input.cacheClusterId)
        try world.read { try ClusterIdentifier.refuseTaken(id, in: $0, context.realm) }
        if input.replicationGroupId == nil, try ClusterEngine.isMemcached(input.engine) {
            let cluster = try await memcached.create(id, input, context)
            return Call.Output(cacheCluster: world.answer(cluster, nodes: false, context, settings))
        }
        let made =
            if let group = input.replicationGroupId {
                try await addReplica(OwnReplica(input, id, of: group, context), context)
            } else {
                try await alone(id, input, context)
            }
        let endpoints = EndpointAnswers(style: settings.endpointStyle)
        let parameters = world.read { $0.parameterStanding(of: made.group, context.nodeTypes) }
        return Call.Output(cacheCluster: made.group.clusterAnswer(made.member, nodes: false, parameters, context, endpoints))
    }

    private func alone(
        _ id: String, _ input: Call.Input, _ context: RequestContext
    ) async throws -> (group: ReplicationGroup, member: Member) {
        let cluster = try await groups.create(.cacheCluster, id, LoneCluster.group(input, id, context), context)
        return (cluster, cluster.members[0])
    }

    private func addReplica(_ replica: OwnReplica, _ context: RequestContext) async throws -> (group: ReplicationGroup, member: Member) {
        try await world.withFreeAddresses { picker in
            try await world.transact { draft in
                try replica.add(context, tools.network, picker: picker, in: &draft)
            }
        }
    }
}
