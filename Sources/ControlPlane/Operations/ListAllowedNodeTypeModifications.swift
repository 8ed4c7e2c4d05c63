import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// The node types that a group or a cluster could have instead of its own.
struct ListAllowedNodeTypeModifications: Handler {
    typealias Call = API.Operations.ListAllowedNodeTypeModifications

    private let world: World

    init(_ environment: HandlerEnvironment) {
        world = environment.world
    }

    func handle(_ input: Call.Input, _ context: RequestContext) async throws -> Call.Output {
        // The nodes of a Memcached cluster keep their type.
        if input.replicationGroupId == nil, let id = input.cacheClusterId?.lowercased(),
            world.read({ $0.resource(MemcachedCluster.self, id, in: context.realm) }) != nil
        {
            return Call.Output(scaleUpModifications: [], scaleDownModifications: [])
        }
        let group = try group(input, context)
        let allowed = group.nodeTypeModifications(in: context.nodeTypes)
        return Call.Output(scaleUpModifications: allowed?.larger ?? [], scaleDownModifications: allowed?.smaller ?? [])
    }

    /// The group named, or the one that the cluster named is in or is.
    private func group(_ input: Call.Input, _ context: RequestContext) throws -> ReplicationGroup {
        switch (input.replicationGroupId?.lowercased(), input.cacheClusterId?.lowercased()) {
        case (let id?, nil):
            guard let group = world.read({ $0.groups[GroupKey(kind: .replicationGroup, realm: context.realm, id: id)]?.value }) else {
                throw ServiceFault.noReplicationGroup(id)
            }
            guard group.status == .available else {
                throw ServiceFault(.invalidReplicationGroupState, "Replication group must be in available state to modify.")
            }
            return group
        case (nil, let id?):
            guard let found = world.read({ $0.member(id, in: context.realm) }) else { throw ServiceFault.noCacheCluster(id) }
            guard found.group.status == .available else {
                throw found.group.kind == .replicationGroup
                    ? ServiceFault(.invalidReplicationGroupState, "Replication Group of \(id) is not available.")
                    : ServiceFault(
                        .invalidCacheClusterState,
                        "Cache cluster \(id) is not available: its status is \(found.group.clusterStatus(found.member)).")
            }
            return found.group
        case (nil, nil):
            throw ServiceFault.combination("One of the parameters CacheClusterId, ReplicationGroupId must be provided.")
        case (_?, _?):
            throw ServiceFault.combination("Only one of the parameters CacheClusterId, ReplicationGroupId may be provided.")
        }
    }
}
