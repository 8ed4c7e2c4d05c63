import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// Records new replicas; the group's reconciler starts and attaches them.
struct IncreaseReplicaCount: Handler {
    typealias Call = API.Operations.IncreaseReplicaCount

    private let world: World
    private let tools: ReconcilingTools
    private let settings: ServiceSettings

    init(_ environment: HandlerEnvironment) {
        world = environment.world
        tools = environment.tools
        settings = environment.settings
    }

    func handle(_ input: Call.Input, _ context: RequestContext) async throws -> Call.Output {
        let id = input.replicationGroupId.lowercased()
        let configuration = input.replicaConfiguration ?? []
        let grown = try await world.withFreeAddresses { picker in
            try await world.transact { draft in
                var group = try draft.replicationGroup(id, in: context.realm)
                try ReplicaRequest.requireOne(
                    of: [("NewReplicaCount", input.newReplicaCount != nil), ("ReplicaConfiguration", !configuration.isEmpty)],
                    applyImmediately: input.applyImmediately)
                try Readiness.requireAvailable(group)
                let subnets = try draft.subnets(of: group, tools.network)
                let zones = subnets.zones(of: context.region)
                let outposts = OutpostInput(layout: tools.network, subnets: subnets)
                let targets = try ReplicaTarget.read(input.newReplicaCount, configuration, for: group, .more, zones, context.quotas) {
                    try outposts.place(on: $0, zone: $1, $2)
                }
                try Self.checkQuota(targets, group, context.quotas)
                let places = try NodePlaces(in: subnets, group.families, tools.network, context.region, picker: picker, &draft)
                for target in targets { try Self.grow(target, &group, places, zones, context, &draft) }
                try NodeQuota.admit(group.members.filter { draft.state.owners[$0.process] == nil }, to: group, context, picker)
                group.beginChange(at: context.now)
                try draft.put(group)
                return group
            }
        }
        return Call.Output(replicationGroup: grown.answer(context, EndpointAnswers(style: settings.endpointStyle)))
    }

    private static func checkQuota(_ targets: [ReplicaTarget], _ group: ReplicationGroup, _ quotas: Quotas) throws {
        guard group.clusterEnabled, let version = EngineVersion(group.fullEngineVersion) else { return }
        var nodes = group.nodeGroups.map(\.remaining.count)
        for target in targets { nodes[target.index] = target.count + 1 }
        // Shards there are as many as there were, whatever the quota has become.
        try NodeQuota.checkCluster(nodes: nodes.reduce(0, +), shards: 0, version, quotas, asking: targets[0].path)
    }

    private static func grow(
        _ target: ReplicaTarget, _ group: inout ReplicationGroup, _ places: NodePlaces, _ covered: CoveredZones, _ context: RequestContext,
        _ draft: inout Draft
    ) throws {
        let nodeGroup = group.nodeGroups[target.index]
        try Readiness.requireNoTest(of: nodeGroup, in: group)
        let count = target.count - nodeGroup.remainingReplicas.count
        let wanted = AddedReplicas.places(count, for: nodeGroup, of: group, asked: target.places, covered)
        let taken = draft.state.clusterIDs[context.realm] ?? [:]
        let names = AddedReplicas.names(count, for: nodeGroup, of: group) { taken[$0] != nil }
        for (name, place) in zip(names, wanted) {
            // A number that comes back is another member: its process must not find the old one's directory.
            var member = try places.member(
                name, at: place, process: "\(name)-\(Secret.hexadecimal(bytes: 4))", of: group.uid, realm: context.realm,
                clusterEnabled: group.clusterEnabled, tags: group.tags, &draft)
            member.createTime = context.now
            member.change = .joining
            group.nodeGroups[target.index].members.append(member)
        }
        group.nodeGroups[target.index].members.sort { $0.id < $1.id }
    }
}
