import AWSProtocol
import CacheModel
import ElastiCacheAPI
import Engine
import Foundation

/// Records a new replication group; its reconciler builds it.
///
/// All rules are checked before anything is written, in the order of the files in `Creation`: identifier, parameters that are not
/// served, engine and parameter group, node type, subnet group, topology, windows, tags, and last what the machine can give.
struct CreateReplicationGroup: Handler {
    typealias Call = API.Operations.CreateReplicationGroup

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
        let id = try GroupIdentifier.check(input.replicationGroupId)
        try refuseExisting(id, in: world.read { $0 }, context)
        let description = try GroupIdentifier.description(input.replicationGroupDescription)
        try UnservedParameters.refuse(input, context)
        let engine = try EngineChoice(input)
        let subnets = try SubnetChoice(input.cacheSubnetGroupName, in: world.read { $0 }, tools.network, context.realm).supporting(.ipv4)
        let topology = try topology(input, engine, id, subnets, context)
        let settings = try GroupSettings(input, engine: engine, region: context.region)
        let tags = try TagInput.tags(input.tags)
        let securityGroups = SecurityGroupInput(layout: tools.network, realm: context.realm)
        _ = try securityGroups.ids(input.securityGroupIds, subnetGroup: subnets.group, vpc: subnets.vpc.id)
        guard let build = await engines.build(for: engine.release) else {
            throw ServiceFault(
                .insufficientCacheClusterCapacity,
                "No engine is installed that can serve EngineVersion \(engine.release.name) of \(engine.kind.rawValue): "
                    + "install redis-server or valkey-server, or name one in ELASTANE_ENGINES; `elastane doctor` says what was found.")
        }
        let group = try await world.withFreeAddresses { picker in
            try await world.transact { draft in
                try refuseExisting(id, in: draft.state, context)
                _ = draft.group(GroupKey(kind: .replicationGroup, realm: context.realm, id: id))
                let present = try draft.subnets(ofGroup: input.cacheSubnetGroupName, tools.network, in: context.realm).supporting(.ipv4)
                let blueprint = Blueprint(
                    id: id, description: description, engine: engine, build: build,
                    topology: present == subnets ? topology : try self.topology(input, engine, id, present, context), settings: settings,
                    tags: tags)
                let places = try NodePlaces(in: present, tools.network, context.region, picker: picker, &draft)
                var group = try blueprint.build(context, network: present.network, places: places, in: &draft)
                try securityGroups.place(&group, in: input.securityGroupIds, subnetGroup: present.group, vpc: present.vpc)
                try draft.put(group)
                return group
            }
        }
        return Call.Output(replicationGroup: group.answer(context, EndpointAnswers(style: self.settings.endpointStyle)))
    }

    private func topology(
        _ input: Call.Input, _ engine: EngineChoice, _ id: String, _ subnets: SubnetChoice, _ context: RequestContext
    ) throws -> Topology {
        let zones = ShardZones(zones: subnets.zones(of: context.region), outposts: OutpostInput(layout: tools.network, subnets: subnets))
        return try Topology(input, engine: engine, group: id, zones: zones)
    }

    private func refuseExisting(_ id: String, in state: WorldState, _ context: RequestContext) throws {
        if state.groups[GroupKey(kind: .replicationGroup, realm: context.realm, id: id)] != nil {
            throw ServiceFault(
                .replicationGroupAlreadyExists,
                "Replication group with specified name already exists. ReplicationGroupId is \(id).")
        }
    }
}
