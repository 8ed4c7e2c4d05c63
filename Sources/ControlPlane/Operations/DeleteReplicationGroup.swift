import AWSProtocol
import CacheModel
import ElastiCacheAPI

struct DeleteReplicationGroup: Handler {
    typealias Call = API.Operations.DeleteReplicationGroup

    private let world: World
    private let settings: ServiceSettings

    init(_ environment: HandlerEnvironment) {
        world = environment.world
        settings = environment.settings
    }

    func handle(_ input: Call.Input, _ context: RequestContext) async throws -> Call.Output {
        let id = input.replicationGroupId.lowercased()
        let retains = input.retainPrimaryCluster ?? false
        let deleted = try await world.transact { draft in
            var group = try draft.replicationGroup(id, in: context.realm)
            try Self.check(group, retains: retains, snapshot: input.finalSnapshotIdentifier)
            group.status = .deleting
            group.retainsPrimary = retains
            group.pending = nil
            try draft.put(group)
            return group
        }
        return Call.Output(replicationGroup: deleted.answer(context, EndpointAnswers(style: settings.endpointStyle)))
    }

    private static func check(_ group: ReplicationGroup, retains: Bool, snapshot: String?) throws {
        switch group.status {
        case .available, .createFailed:
            break
        case .creating:
            let member = group.members.last?.id ?? group.id
            throw ServiceFault(.invalidReplicationGroupState, "Cache cluster \(member) is not in a valid state to be deleted.")
        case .modifying, .deleting:
            throw ServiceFault(
                .invalidReplicationGroupState,
                "Replication group \(group.id) has status \(group.status.rawValue) which is not valid for deletion.")
        }
        if retains, snapshot != nil {
            throw ServiceFault.combination(
                "The parameters RetainPrimaryCluster and FinalSnapshotIdentifier can not be used together.")
        }
        if retains, group.clusterEnabled {
            throw ServiceFault.combination("The parameter RetainPrimaryCluster is not supported with cluster mode enabled.")
        }
        if retains, group.status == .createFailed {
            throw ServiceFault(
                .invalidReplicationGroupState, "Replication group \(group.id) was never created: it has no primary cluster to retain.")
        }
        if snapshot != nil { throw ServiceFault.unsupported("FinalSnapshotIdentifier") }
    }
}
