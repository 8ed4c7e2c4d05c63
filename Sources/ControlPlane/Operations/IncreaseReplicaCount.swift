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
                let subnets = try draft.subnets(ofGroup: group.subnetGroup, tools.network, in: context.realm).supporting(.ipv4)
                let zones = subnets.zones(of: context.region)
                let targets = try ReplicaTarget.read(input.newReplicaCount, configuration, for: group, .more, zones)
                try Self.checkQuota(targets, group)
                let places = try NodePlaces(in: subnets, tools.network, context.region, picker: picker, &draft)
                for target in targets { try Self.grow(target, &group, places, zones, context, &draft) }
                group.status = .modifying
                try draft.put(group)
                return group
            }
        }
        return Call.Output(replicationGroup: grown.answer(context, EndpointAnswers(style: settings.endpointStyle)))
    }

    private static func checkQuota(_ targets: [ReplicaTarget], _ group: ReplicationGroup) throws {
        guard group.clusterEnabled, let limit = EngineVersion(group.fullEngineVersion)?.maximumClusterNodes else { return }
        var nodes = group.nodeGroups.map(\.remaining.count)
        for target in targets { nodes[target.index] = target.count + 1 }
        let total = nodes.reduce(0, +)
        guard total <= limit else {
            throw ServiceFault(
                .nodeQuotaForClusterExceeded,
                "Cluster node quota exceeded. Each cluster can have at most \(limit) nodes in this region. "
                    + "\(targets[0].path) asks for \(total).")
        }
    }

    private static func grow(
        _ target: ReplicaTarget, _ group: inout ReplicationGroup, _ places: NodePlaces, _ covered: CoveredZones, _ context: RequestContext,
        _ draft: inout Draft
    ) throws {
        let nodeGroup = group.nodeGroups[target.index]
        try Readiness.requireNoTest(of: nodeGroup, in: group)
        let count = target.count - nodeGroup.remainingReplicas.count
        let zones = AddedReplicas.zones(count, for: nodeGroup, of: group, asked: target.zones, covered)
        let taken = draft.state.clusterIDs[context.realm] ?? [:]
        let names = AddedReplicas.names(count, for: nodeGroup, of: group) { taken[$0] != nil }
        for (name, zone) in zip(names, zones) {
            // A number that comes back is another member: its process must not find the old one's directory.
            var member = try places.member(
                name, at: NodePlace(zone: zone), process: "\(name)-\(Secret.hexadecimal(bytes: 4))", of: group.uid, realm: context.realm,
                clusterEnabled: group.clusterEnabled, tags: group.tags, &draft)
            member.createTime = context.now
            member.change = .joining
            group.nodeGroups[target.index].members.append(member)
        }
        group.nodeGroups[target.index].members.sort { $0.id < $1.id }
    }
}
