import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// Whether an account may have more nodes: as many as its quotas allow.
enum NodeQuota {
    /// Of the nodes of a group with cluster mode enabled. `parameters` are those that ask for so many.
    static func checkCluster(nodes: Int, shards: Int, _ version: EngineVersion, _ quotas: Quotas, asking parameters: String) throws {
        let (mostShards, mostNodes) = (quotas.shardsPerGroup(version), quotas.nodesPerCluster(version))
        guard shards <= mostShards else {
            throw tooManyShards(shards, mostShards)
        }
        guard nodes <= mostNodes else {
            throw ServiceFault(
                .nodeQuotaForClusterExceeded,
                "Cluster node quota exceeded. Each cluster can have at most \(mostNodes) nodes in this region. "
                    + "\(parameters) asks for \(nodes).")
        }
    }

    static func tooManyShards(_ shards: Int, _ most: Int) -> ServiceFault {
        ServiceFault(
            .nodeGroupsPerReplicationGroupQuotaExceeded,
            "Node group quota exceeded. The parameter NumNodeGroups must not exceed \(most). It was \(shards).")
    }

    /// Of all nodes and clusters of the account, and whether the machine has memory for them. Call it in the transaction that records
    /// `members`, new members of a group that may be new too: calls at the same time don't go beyond a limit together.
    static func admit(_ members: [Member], to group: ReplicationGroup, _ context: RequestContext, _ picker: AddressPicker) throws {
        let node = NewNode(realm: group.realm, group: group.uid, memory: context.nodeTypes[group.nodeType]?.maxmemory ?? 0)
        let claimed = Dictionary(members.map { ($0.process, node) }, uniquingKeysWith: { $1 })
        try picker.claim(claimed) { world, others in
            try checkAccount(members.count, group, world, others.filter { $0.realm == group.realm }, context.quotas)
            try checkMemory(members.count, of: group.nodeType, node.memory, world, others, context)
        }
    }

    private static func checkAccount(
        _ new: Int, _ group: ReplicationGroup, _ world: WorldState, _ coming: [NewNode], _ quotas: Quotas
    ) throws {
        let known = world.groups(in: group.realm)
        let clusters = Set(known.map(\.uid)).union(coming.map(\.group)).union([group.uid]).count
        guard clusters <= quotas.clustersPerRegion else {
            throw ServiceFault(
                .clusterQuotaForCustomerExceeded,
                "Customer cluster quota exceeded. You can have at most \(quotas.clustersPerRegion) clusters in this region.")
        }
        let nodes = known.reduce(coming.count) { $0 + $1.members.count }
        guard nodes + new <= quotas.nodesPerRegion else {
            throw ServiceFault(
                .nodeQuotaForCustomerExceeded,
                "Customer node quota exceeded. You can have at most \(quotas.nodesPerRegion) nodes in this region. "
                    + "There are \(nodes), and the request needs \(new) more.")
        }
    }

    /// The machine is everybody's: all accounts count.
    private static func checkMemory(
        _ new: Int, of nodeType: String, _ memory: Int, _ world: WorldState, _ others: [NewNode], _ context: RequestContext
    ) throws {
        guard let budget = context.memory else { return }
        let promised = world.groups.values.map(\.value).reduce(others.reduce(0) { $0 + $1.memory }) { sum, group in
            sum + group.members.count * (context.nodeTypes[group.nodeType]?.maxmemory ?? 0)
        }
        guard promised + new * memory <= budget.total else {
            throw ServiceFault(
                .insufficientCacheClusterCapacity,
                "The requested CacheNodeType \(nodeType) is not available: \(new) such nodes may take \(new * memory >> 20) MiB, and of the "
                    + "\(budget.total >> 20) MiB that may be promised (--memory-overcommit), \(promised >> 20) MiB are.")
        }
    }
}
