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
        try admit(members.map(\.process), to: group.uid, in: group.realm, of: group.nodeType, context, picker)
    }

    /// The same of the nodes of a Memcached cluster.
    static func admit(_ nodes: [MemcachedNode], to cluster: MemcachedCluster, _ context: RequestContext, _ picker: AddressPicker) throws {
        try admit(nodes.map(\.process), to: cluster.uid, in: cluster.realm, of: cluster.nodeType, context, picker)
    }

    /// Whether the machine has memory for the nodes of a group that stands as nodes of another type.
    static func admit(_ type: NodeType, to group: ReplicationGroup, _ context: RequestContext, _ picker: AddressPicker) throws {
        let count = group.members.count
        let known = context.nodeTypes[group.nodeType]?.maxmemory ?? 0
        guard type.maxmemory > known else { return }
        // What they may have besides what they are promised already.
        let growth = NewNode(realm: group.realm, group: group.uid, memory: count * (type.maxmemory - known))
        try picker.claim(["\(group.uid) as \(type.name)": growth]) { world, others in
            let rest = others.filter { $0.group != group.uid }
            try checkMemory(count, of: type.name, type.maxmemory, world, rest, context, given: count * known)
        }
    }

    private static func admit(
        _ processes: [String], to uid: String, in realm: Realm, of nodeType: String, _ context: RequestContext, _ picker: AddressPicker
    ) throws {
        let node = NewNode(realm: realm, group: uid, memory: context.nodeTypes[nodeType]?.maxmemory ?? 0)
        let claimed = Dictionary(processes.map { ($0, node) }, uniquingKeysWith: { $1 })
        try picker.claim(claimed) { world, others in
            try checkAccount(processes.count, uid, world, realm, others.filter { $0.realm == realm }, context.quotas)
            try checkMemory(processes.count, of: nodeType, node.memory, world, others, context)
        }
    }

    private static func checkAccount(
        _ new: Int, _ uid: String, _ world: WorldState, _ realm: Realm, _ coming: [NewNode], _ quotas: Quotas
    ) throws {
        let known = world.groups(in: realm)
        let memcached = world.resources(MemcachedCluster.self, in: realm)
        let clusters = Set(known.map(\.uid) + memcached.map(\.uid) + coming.map(\.group) + [uid]).count
        guard clusters <= quotas.clustersPerRegion else {
            throw ServiceFault(
                .clusterQuotaForCustomerExceeded,
                "Customer cluster quota exceeded. You can have at most \(quotas.clustersPerRegion) clusters in this region.")
        }
        let nodes = known.reduce(coming.count) { $0 + $1.members.count } + memcached.reduce(0) { $0 + $1.nodes.count }
        guard nodes + new <= quotas.nodesPerRegion else {
            throw ServiceFault(
                .nodeQuotaForCustomerExceeded,
                "Customer node quota exceeded. You can have at most \(quotas.nodesPerRegion) nodes in this region. "
                    + "There are \(nodes), and the request needs \(new) more.")
        }
    }

    /// The machine is everybody's: all accounts count. `given` bytes of what is promised are given back for the new.
    private static func checkMemory(
        _ new: Int, of nodeType: String, _ memory: Int, _ world: WorldState, _ others: [NewNode], _ context: RequestContext,
        given: Int = 0
    ) throws {
        guard let budget = context.memory else { return }
        let nodes =
            world.groups.values.map { ($0.value.nodeType, $0.value.members.count) }
            + world.memcachedClusters.byKey.values.map { ($0.value.nodeType, $0.value.nodes.count) }
        let promised = nodes.reduce(others.reduce(-given) { $0 + $1.memory }) { sum, known in
            sum + known.1 * (context.nodeTypes[known.0]?.maxmemory ?? 0)
        }
        guard promised + new * memory <= budget.total else {
            throw ServiceFault(
                .insufficientCacheClusterCapacity,
                "The requested CacheNodeType \(nodeType) is not available: \(new) such nodes may take \(new * memory >> 20) MiB, and of the "
                    + "\(budget.total >> 20) MiB that may be promised (--memory-overcommit), \(promised >> 20) MiB are.")
        }
    }
}
