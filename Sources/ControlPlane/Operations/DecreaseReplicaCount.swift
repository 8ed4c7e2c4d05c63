import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// Records that replicas are to go; the group's reconciler ends them.
struct DecreaseReplicaCount: Handler {
    typealias Call = API.Operations.DecreaseReplicaCount

    private let world: World
    private let settings: ServiceSettings

    init(_ environment: HandlerEnvironment) {
        world = environment.world
        settings = environment.settings
    }

    func handle(_ input: Call.Input, _ context: RequestContext) async throws -> Call.Output {
        let id = input.replicationGroupId.lowercased()
        let shrunk = try await world.transact { draft in
            var group = try draft.replicationGroup(id, in: context.realm)
            let way = try Self.way(input)
            try Readiness.requireAvailable(group)
            let leaving = try Self.leaving(input, group, context)
            try LeavingReplicas.checkRest(of: group, without: leaving, way)
            let events = try LeavingReplicas.leave(leaving, &group, at: context.now)
            try draft.put(group)
            try draft.log(events, of: group, at: context.now)
            return group
        }
        return Call.Output(replicationGroup: shrunk.answer(context, EndpointAnswers(style: settings.endpointStyle)))
    }

    /// The parameter that says what is wanted.
    private static func way(_ input: Call.Input) throws -> String {
        let ways = [
            ("NewReplicaCount", input.newReplicaCount != nil), ("ReplicaConfiguration", input.replicaConfiguration?.isEmpty == false),
            ("ReplicasToRemove", input.replicasToRemove?.isEmpty == false),
        ]
        try ReplicaRequest.requireOne(of: ways, applyImmediately: input.applyImmediately)
        return ways.first { $0.1 }?.0 ?? ""
    }

    private static func leaving(_ input: Call.Input, _ group: ReplicationGroup, _ context: RequestContext) throws -> Set<String> {
        if let names = input.replicasToRemove, !names.isEmpty { return try LeavingReplicas.named(names, in: group) }
        // Also in zones that its subnet group does not cover any more.
        let zones = CoveredZones(region: context.region, names: context.region.zones, subnetGroup: group.subnetGroup)
        let targets = try ReplicaTarget.read(
            input.newReplicaCount, input.replicaConfiguration ?? [], for: group, .fewer, zones, context.quotas
        ) { arn, zone, parameter in
            guard let member = group.members.first(where: { $0.outpost == arn && (zone ?? $0.zone) == $0.zone }) else {
                throw ServiceFault.value(
                    "The parameter \(parameter) names an Outpost that no node of replication group \(group.id) is on: \(arn).")
            }
            return NodePlace(zone: member.zone, outpost: arn)
        }
        return try targets.reduce(into: []) { $0.formUnion(try LeavingReplicas.chosen(for: $1, in: group.nodeGroups[$1.index])) }
    }
}
