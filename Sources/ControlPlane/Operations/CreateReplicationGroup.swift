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
        try refuseExisting(id, in: world.read { $0 }, context)
        let checked = try CheckedCreation(input, context)
        let engine = checked.engine
        guard let build = await engines.build(for: engine.release) else {
            throw ServiceFault(
                .insufficientCacheClusterCapacity,
                "No engine is installed that can serve EngineVersion \(engine.release.name) of \(engine.kind.rawValue): "
                    + "install redis-server or valkey-server, or name one in ELASTANE_ENGINES; `elastane doctor` says what was found.")
        }
        let blueprint = Blueprint(id: id, build: build, checked)
        let group = try await world.withFreeAddresses { picker in
            try await world.transact { draft in
                try refuseExisting(id, in: draft.state, context)
                _ = draft.group(GroupKey(kind: .replicationGroup, realm: context.realm, id: id))
                let group = try blueprint.build(context, addresses: tools.addresses, picker: picker, in: &draft)
                try NodeQuota.admit(group.members, to: group, context, picker)
                try draft.put(group)
                return group
            }
        }
        return Call.Output(replicationGroup: group.answer(context, EndpointAnswers(style: settings.endpointStyle)))
    }

    private func refuseExisting(_ id: String, in state: WorldState, _ context: RequestContext) throws {
        if state.groups[GroupKey(kind: .replicationGroup, realm: context.realm, id: id)] != nil {
            throw ServiceFault(
                .replicationGroupAlreadyExists,
                "Replication group with specified name already exists. ReplicationGroupId is \(id).")
        }
    }
}
