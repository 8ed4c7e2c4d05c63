import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// Deletes a lone cache cluster or one of Memcached, or removes a replica from a group with cluster mode disabled.
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
        let memcached = try await world.transact { draft in
            try MemcachedDeletion.delete(id, finalSnapshot: input.finalSnapshotIdentifier, context, in: &draft)
        }
        if let memcached { return Call.Output(cacheCluster: world.answer(memcached, nodes: false, context, settings)) }
        let deleted = try await world.transact { draft in
            guard let found = draft.state.member(id, in: context.realm), var group = draft.group(found.group.key) else {
                throw ServiceFault.noCacheCluster(id)
            }
            if group.kind == .replicationGroup { try Self.checkMember(id, group) }
            guard Self.mayGo(found.member, of: group) else {
                throw ServiceFault(
                    .invalidCacheClusterState,
                    "Cache cluster \(id) has status \(group.clusterStatus(found.member)) which is not valid for deletion.")
            }
            if input.finalSnapshotIdentifier != nil { throw ServiceFault.unsupported("FinalSnapshotIdentifier") }
            var events: [String] = []
            if group.kind == .replicationGroup {
                try LeavingReplicas.checkRest(of: group, without: [id], "CacheClusterId")
                events = try LeavingReplicas.leave([id], &group, at: context.now)
            } else {
                group.status = .deleting
            }
            try draft.put(group)
            try draft.log(events, of: group, at: context.now)
            return (group: group, member: group.member(id) ?? found.member)
        }
        let endpoints = EndpointAnswers(style: settings.endpointStyle)
        let parameters = world.read { $0.parameterStanding(of: deleted.group, context.nodeTypes) }
        return Call.Output(cacheCluster: deleted.group.clusterAnswer(deleted.member, nodes: false, parameters, context, endpoints))
    }

    /// One that could not be created was never there: it can be cleared away.
    private static func mayGo(_ member: Member, of group: ReplicationGroup) -> Bool {
        let isStanding = group.status == .available || group.kind == .cacheCluster && group.status == .createFailed
        return isStanding && member.change == nil
    }

    private static func checkMember(_ id: String, _ group: ReplicationGroup) throws {
        if group.clusterEnabled {
            throw ServiceFault.combination(
                "Cache cluster \(id) belongs to replication group \(group.id) with cluster mode enabled and can not be deleted alone.")
        }
        if group.members.count == 1 {
            throw ServiceFault(
                .invalidCacheClusterState,
                "Cannot delete the cache cluster since it is the only member of a replication group. "
                    + "Delete the replication group instead.")
        }
        guard let nodeGroup = group.nodeGroups.first, nodeGroup.primary != id else {
            throw ServiceFault(
                .invalidCacheClusterState,
                "Cache cluster \(id) is serving as primary for replication group \(group.id) and cannot be deleted.")
        }
        if group.automaticFailover, nodeGroup.remainingReplicas.map(\.id) == [id] {
            throw ServiceFault(
                .invalidCacheClusterState,
                "Cannot delete the cache cluster because it is the only read replica for replication group \(group.id) which has "
                    + "autofailover enabled or pending. You can disable autofailover and then delete this cache cluster. Alternatively, "
                    + "to delete the entire replication group, use DeleteReplicationGroup.")
        }
    }
}
