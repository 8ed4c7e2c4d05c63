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

    /// The same of the nodes of a new Memcached cluster.
    static func admit(_ nodes: [MemcachedNode], to cluster: MemcachedCluster, _ context: RequestContext, _ picker: AddressPicker) throws {
        try admit(nodes.map(\.process), to: cluster.uid, in: cluster.realm, of: cluster.nodeType, context, picker)
    }

    /// The same of one that is changed: more nodes, or larger ones, now or in the maintenance window.
    static func admit(
        _ cluster: MemcachedCluster, since before: MemcachedCluster, _ context: RequestContext, _ picker: AddressPicker
    ) throws {
        let (largest, known) = (largestType(of: cluster, context), largestType(of: before, context))
        let new = cluster.nodes.map(\.process).filter { process in !before.nodes.contains { $0.process == process } }
        guard largest.memory > known.memory else {
            if !new.isEmpty { try admit(new, to: cluster.uid, in: cluster.realm, of: largest.name, context, picker) }
            return
        }
        let growth = Growth(of: before.nodes.count, from: known.memory, to: largest.memory)
        try admit(new, to: cluster.uid, in: cluster.realm, of: largest.name, growing: growth, context, picker)
    }

    /// What is promised to each of its nodes, whatever becomes of a change that is pending or under way.
    private static func largestType(of cluster: MemcachedCluster, _ context: RequestContext) -> (name: String, memory: Int) {
        cluster.nodeTypes.sorted().map { ($0, context.nodeTypes[$0]?.maxmemory ?? 0) }.max { $0.1 < $1.1 } ?? (cluster.nodeType, 0)
    }

    /// Whether the machine has memory for the nodes of a group that stands as nodes of another type.
    static func admit(_ type: NodeType, to group: ReplicationGroup, _ context: RequestContext, _ picker: AddressPicker) throws {
        let known = context.nodeTypes[group.nodeType]?.maxmemory ?? 0
        guard type.maxmemory > known else { return }
        let growth = Growth(of: group.members.count, from: known, to: type.maxmemory)
        try admit([], to: group.uid, in: group.realm, of: type.name, growing: growth, context, picker)
    }

    /// Nodes that there are become larger: what they are promised already, and what they may have besides. In bytes.
    private struct Growth {
        let count: Int
        let given: Int
        let more: Int

        init(of count: Int, from known: Int, to memory: Int) {
            (self.count, given, more) = (count, count * known, count * (memory - known))
        }
    }

    private static func admit(
        _ processes: [String], to uid: String, in realm: Realm, of nodeType: String, growing growth: Growth? = nil,
        _ context: RequestContext,
        _ picker: AddressPicker
    ) throws {
        let node = NewNode(realm: realm, group: uid, memory: context.nodeTypes[nodeType]?.maxmemory ?? 0)
        var claimed = Dictionary(processes.map { ($0, node) }, uniquingKeysWith: { $1 })
        if let growth { claimed["\(uid) as \(nodeType)"] = NewNode(realm: realm, group: uid, memory: growth.more, isNode: false) }
        try picker.claim(claimed) { world, others in
            if !processes.isEmpty {
                let coming = others.filter { $0.realm == realm && $0.isNode }
                try checkAccount(processes.count, uid, world, realm, coming, context.quotas)
            }
            let rest = growth == nil ? others : others.filter { $0.group != uid }
            try checkMemory(
                processes.count + (growth?.count ?? 0), of: nodeType, node.memory, world, rest, context, given: growth?.given ?? 0)
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
        let groups = world.groups.values.reduce(0) { sum, known in
            sum + known.value.members.count * (context.nodeTypes[known.value.nodeType]?.maxmemory ?? 0)
        }
        let memcached = world.memcachedClusters.byKey.values.reduce(0) { sum, known in
            sum + known.value.nodes.count * largestType(of: known.value, context).memory
        }
        let promised = groups + memcached + others.reduce(-given) { $0 + $1.memory }
        guard promised + new * memory <= budget.total else {
            throw ServiceFault(
                .insufficientCacheClusterCapacity,
                "The requested CacheNodeType \(nodeType) is not available: \(new) such nodes may take \(new * memory >> 20) MiB, and of the "
                    + "\(budget.total >> 20) MiB that may be promised (--memory-overcommit), \(promised >> 20) MiB are.")
        }
    }
}
