import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// One request about one service update and many groups: each is decided for itself, and all that are processed are recorded together.
enum UpdateBatch {
    /// `change` says what becomes of a group, or throws the fault that is its answer.
    static func process(
        _ name: String, _ targets: UpdateTargets, in world: World, _ context: RequestContext,
        _ change: (ServiceUpdate, inout ReplicationGroup) throws -> Void
    ) async throws -> API.UpdateActionResultsMessage {
        guard !targets.isEmpty else {
            throw ServiceFault.value("One of the parameters ReplicationGroupIds and CacheClusterIds must have an entry.")
        }
        return try await world.transact { draft in
            guard let update = draft.resource(ServiceUpdate.self, name, in: context.realm) else { throw ServiceFault.noServiceUpdate(name) }
            var answer = API.UpdateActionResultsMessage(processedUpdateActions: [], unprocessedUpdateActions: [])
            let subjects =
                targets.groups.map { (kind: GroupKey.Kind.replicationGroup, id: $0) }
                + targets.clusters.map { (kind: .cacheCluster, id: $0) }
            for (kind, id) in subjects {
                let isGroup = kind == .replicationGroup
                do {
                    var group = try find(id, kind, in: &draft, context)
                    try change(update, &group)
                    try draft.put(group)
                    answer.processedUpdateActions?.append(
                        API.ProcessedUpdateAction(
                            replicationGroupId: isGroup ? id : nil, cacheClusterId: isGroup ? nil : id, serviceUpdateName: name,
                            updateActionStatus: group.updates?[name]?.state.answer))
                } catch let fault as ServiceFault {
                    answer.unprocessedUpdateActions?.append(
                        API.UnprocessedUpdateAction(
                            replicationGroupId: isGroup ? id : nil, cacheClusterId: isGroup ? nil : id, serviceUpdateName: name,
                            errorType: fault.code.code, errorMessage: fault.message))
                }
            }
            return answer
        }
    }

    private static func find(
        _ id: String, _ kind: GroupKey.Kind, in draft: inout Draft, _ context: RequestContext
    ) throws -> ReplicationGroup {
        if kind == .replicationGroup { return try draft.replicationGroup(id, in: context.realm) }
        if let cluster = draft.group(GroupKey(kind: kind, realm: context.realm, id: id)) { return cluster }
        guard let found = draft.state.member(id, in: context.realm) else { throw ServiceFault.noCacheCluster(id) }
        throw ServiceFault.combination(
            "Cache cluster \(id) belongs to replication group \(found.group.id): updates are applied to the whole group. (CacheClusterIds)")
    }
}
