import AWSProtocol
import CacheModel
import ElastiCacheAPI
import Planning

/// Records new settings of a lone cluster, or of the group that a cluster belongs to.
struct ModifyCacheCluster: Handler {
    typealias Call = API.Operations.ModifyCacheCluster

    private let world: World
    private let settings: ServiceSettings
    private let layout: NetworkLayout
    private let engines: InstalledEngines
    private let durability: Durability
    private let memcached: MemcachedModification

    init(_ environment: HandlerEnvironment) {
        world = environment.world
        settings = environment.settings
        layout = environment.tools.network
        engines = environment.engines
        durability = environment.tools.rules.durability
        memcached = MemcachedModification(environment)
    }

    func handle(_ input: Call.Input, _ context: RequestContext) async throws -> Call.Output {
        let id = input.cacheClusterId.lowercased()
        if let changed = try await memcached.modify(id, input, context) {
            return Call.Output(cacheCluster: world.answer(changed, nodes: false, context, settings))
        }
        let lone = world.read { $0.member(id, in: context.realm)?.group }.flatMap { $0.kind == .cacheCluster ? $0 : nil }
        let version: VersionChange? = if let lone { try await VersionChange(input, of: lone, engines, durability) } else { nil }
        let modified = try await world.withFreeAddresses { picker in
            try await modify(id, input, version, context, picker)
        }
        let endpoints = EndpointAnswers(style: settings.endpointStyle)
        let parameters = world.read { $0.parameterStanding(of: modified.group, context.nodeTypes) }
        return Call.Output(cacheCluster: modified.group.clusterAnswer(modified.member, nodes: false, parameters, context, endpoints))
    }

    private func modify(
        _ id: String, _ input: Call.Input, _ version: VersionChange?, _ context: RequestContext, _ picker: AddressPicker
    ) async throws -> (group: ReplicationGroup, member: Member) {
        try await world.transact { draft in
            guard let found = draft.state.member(id, in: context.realm), var group = draft.group(found.group.key) else {
                throw ServiceFault.noCacheCluster(id)
            }
            try Self.requireChange(input)
            guard group.status == .available, found.member.change == nil else {
                throw ServiceFault(
                    .invalidCacheClusterState,
                    "Cache cluster \(id) has status \(group.clusterStatus(found.member)) which is not valid for modification.")
            }
            let change = group.kind == .cacheCluster ? version : nil
            try ClusterChange.apply(input, of: id, to: &group, in: &draft, change, context, picker)
            try SecurityGroupInput(layout: layout, realm: context.realm).change(&group, to: input.securityGroupIds, at: context.now)
            try draft.put(group)
            return (group: group, member: group.member(id) ?? found.member)
        }
    }

    private static func requireChange(_ input: Call.Input) throws {
        let nothing = API.ModifyCacheClusterMessage(cacheClusterId: input.cacheClusterId, applyImmediately: input.applyImmediately)
        guard input != nothing else { throw ServiceFault.combination("No modifications were requested") }
    }
}
