import AWSProtocol
import CacheModel
import ElastiCacheAPI
import Engine
import Foundation

/// Records a new replication group; its reconciler builds it.
///
/// All rules are checked before anything is written, in one order, which `CheckedCreation` shows: of two mistakes the earlier is told.
/// Last comes what the account, the network and the machine have room for.
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
        try RequiredParameters.check(input)
        let id = try GroupIdentifier.check(input.replicationGroupId)
        let group =
            input.primaryClusterId == nil ? try await create(.replicationGroup, id, input, context) : try await convert(input, id, context)
        return Call.Output(replicationGroup: group.answer(context, EndpointAnswers(style: settings.endpointStyle)))
    }

    /// Records a group; or a lone cluster, which is a group of one node without endpoints of its own.
    func create(_ kind: GroupKey.Kind, _ id: String, _ input: Call.Input, _ context: RequestContext) async throws -> ReplicationGroup {
        let key = GroupKey(kind: kind, realm: context.realm, id: id)
        try refuseExisting(key, in: world.read { $0 })
        let checked = try CheckedCreation(input, of: kind, in: world.read { $0 }, tools.network, context)
        let engine = checked.engine
        if kind == .cacheCluster { try LoneCluster.check(engine) }
        let securityGroups = SecurityGroupInput(layout: tools.network, realm: context.realm)
        _ = try securityGroups.ids(input.securityGroupIds, subnetGroup: checked.subnets.group, vpc: checked.subnets.vpc.id)
        guard let build = await engines.build(for: engine.release, encrypted: checked.encryption != nil) else {
            throw checked.encryption == nil ? ServiceFault.noEngine(engine.release) : ServiceFault.noEngineWithTLS(engine.release)
        }
        let atRest = try await checked.atRest?.resolve(tools, arn: context.arn(.replicationGroup, id), context.realm)
        return try await world.withFreeAddresses { picker in
            try await world.transact(askingOf: engines) { draft, check in
                try refuseExisting(key, in: draft.state)
                _ = draft.group(key)
                let subnets = try draft.subnets(ofGroup: input.cacheSubnetGroupName, tools.network, in: context.realm)
                    .supporting(checked.network.type)
                // The subnet group may have been changed since it was looked at.
                let present =
                    subnets == checked.subnets
                    ? checked : try CheckedCreation(input, of: kind, in: draft.state, tools.network, context)
                let blueprint = Blueprint(kind, id: id, build: build, atRest: atRest?.encryption, present)
                var group = try blueprint.build(context, tools.network, picker: picker, in: &draft)
                try securityGroups.place(&group, in: input.securityGroupIds, subnetGroup: subnets.group, vpc: subnets.vpc)
                try UserGroupAssociation.begin(&group, with: input.userGroupIds, in: &draft, check)
                try NodeQuota.admit(group.members, to: group, context, picker)
                try draft.put(group)
                if let lack = atRest?.lack {
                    let message = "Replication group \(id) is not encrypted at rest, which is the default of valkey: \(lack)"
                    try draft.log(Event(date: context.now, source: .replicationGroup, identifier: id, message: message), in: context.realm)
                }
                return group
            }
        }
    }

    /// Makes a lone cluster the primary of a new group, `PrimaryClusterId`.
    private func convert(_ input: Call.Input, _ id: String, _ context: RequestContext) async throws -> ReplicationGroup {
        let key = GroupKey(kind: .replicationGroup, realm: context.realm, id: id)
        try refuseExisting(key, in: world.read { $0 })
        let conversion = try Conversion(input, id, context)
        return try await world.withFreeAddresses { picker in
            try await world.transact { draft in
                try refuseExisting(key, in: draft.state)
                _ = draft.group(key)
                return try conversion.convert(context, tools.network, picker: picker, in: &draft)
            }
        }
    }

    private func refuseExisting(_ key: GroupKey, in state: WorldState) throws {
        switch key.kind {
        case .cacheCluster, .memcached:
            try ClusterIdentifier.refuseTaken(key.id, in: state, key.realm)
        case .replicationGroup where state.groups[key] != nil:
            throw ServiceFault(
                .replicationGroupAlreadyExists,
                "Replication group with specified name already exists. ReplicationGroupId is \(key.id).")
        case .replicationGroup:
            break
        }
    }
}

extension ServiceFault {
    static func noEngine(_ release: EngineRelease) -> ServiceFault {
        ServiceFault(
            .insufficientCacheClusterCapacity,
            "No engine is installed that can serve EngineVersion \(release.name) of \(release.engine.rawValue): "
                + "install redis-server or valkey-server, or name one in ELASTANE_ENGINES; `elastane doctor` says what was found.")
    }

    fileprivate static func noEngineWithTLS(_ release: EngineRelease) -> ServiceFault {
        ServiceFault(
            .insufficientCacheClusterCapacity,
            "No engine with TLS is installed that can serve EngineVersion \(release.name) of \(release.engine.rawValue), and "
                + "TransitEncryptionEnabled asks for it: install redis-server or valkey-server of your distribution, or name a build with TLS "
                + "in ELASTANE_ENGINES; `elastane doctor` says what was found.")
    }
}
