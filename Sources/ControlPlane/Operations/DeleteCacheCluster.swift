import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// Deletes a lone cache cluster. Members of a replication group are refused: a group's size is the group's matter.
struct DeleteCacheCluster: Handler {
    typealias Call = API.Operations.DeleteCacheCluster

    private let world: World
    private let settings: ServiceSettings

    init(_ environment: HandlerEnvironment) {
        world = environment.world
        settings = environment.settings
    }

    func handle(_ input: Call.Input, _ context: RequestContext) async throws -> Call.Output {
        let id = input.cacheClusterId.lowercased()
        let deleted = try await world.transact { draft in
            guard let found = draft.state.member(id, in: context.realm) else { throw ServiceFault.noCacheCluster(id) }
            guard var alone = draft.group(found.group.key), alone.kind == .cacheCluster else { throw Self.refusal(found.group, id) }
            guard alone.status == .available else {
                throw ServiceFault(
                    .invalidCacheClusterState, "Cache cluster \(id) has status \(alone.status.rawValue) which is not valid for deletion.")
            }
            if input.finalSnapshotIdentifier != nil { throw ServiceFault.unsupported("FinalSnapshotIdentifier") }
            alone.status = .deleting
            try draft.put(alone)
            return (group: alone, member: found.member)
        }
        let endpoints = EndpointAnswers(style: settings.endpointStyle)
        return Call.Output(cacheCluster: deleted.group.clusterAnswer(deleted.member, nodes: false, context, endpoints))
    }

    private static func refusal(_ group: ReplicationGroup, _ id: String) -> ServiceFault {
        if group.clusterEnabled {
            return .combination(
                "Cache cluster \(id) belongs to replication group \(group.id) with cluster mode enabled and can not be deleted alone.")
        }
        if group.members.count == 1 {
            return ServiceFault(
                .invalidCacheClusterState,
                "Cannot delete the cache cluster since it is the only member of a replication group. "
                    + "Delete the replication group instead.")
        }
        if group.nodeGroups.contains(where: { $0.primary == id }) {
            return ServiceFault(
                .invalidCacheClusterState,
                "Cache cluster \(id) is serving as primary for replication group \(group.id) and cannot be deleted.")
        }
        return ServiceFault(
            .notImplemented, "Deleting replica \(id) of replication group \(group.id) is not supported yet.")
    }
}
