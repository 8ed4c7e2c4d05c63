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
        let growth = before.nodes.count * max(largest.memory - known.memory, 0)
        let new = cluster.nodes.map(\.process).filter { process in !before.nodes.contains { $0.process == process } }
        guard !new.isEmpty || growth > 0 else { return }
        try admit(new, to: cluster.uid, in: cluster.realm, of: largest.name, growth: growth, context, picker)
    }

    /// What is promised to each of its nodes, whatever becomes of a change that is pending or under way.
    private static func largestType(of cluster: MemcachedCluster, _ context: RequestContext) -> (name: String, memory: Int) {
        cluster.nodeTypes.sorted().map { ($0, context.nodeTypes[$0]?.maxmemory ?? 0) }.max { $0.1 < $1.1 } ?? (cluster.nodeType, 0)
    }

    /// `growth` is bytes that nodes which there are may take beside what they may.
    private static func admit(
        _ processes: [String], to uid: String, in realm: Realm, of nodeType: String, growth: Int = 0, _ context: RequestContext,
        _ picker: AddressPicker
    ) throws {
        let node = NewNode(realm: realm, group: uid, memory: context.nodeTypes[nodeType]?.maxmemory ?? 0)
        var claimed = Dictionary(processes.map { ($0, node) }, uniquingKeysWith: { $1 })
        if growth > 0 { claimed["\(uid) grows"] = NewNode(realm: realm, group: uid, memory: growth, isNode: false) }
        try picker.claim(claimed) { world, others in
            try checkAccount(processes.count, uid, world, realm, others.filter { $0.realm == realm && $0.isNode }, context.quotas)
            try checkMemory(processes.count * node.memory + growth, of: nodeType, for: processes.count, world, others, context)
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

    /// The machine is everybody's: all accounts count. `needed` is bytes, for `new` nodes or for larger ones.
    private static func checkMemory(
        _ needed: Int, of nodeType: String, for new: Int, _ world: WorldState, _ others: [NewNode], _ context: RequestContext
    ) throws {
        guard let budget = context.memory else { return }
        let groups = world.groups.values.reduce(0) { sum, known in
            sum + known.value.members.count * (context.nodeTypes[known.value.nodeType]?.maxmemory ?? 0)
        }
        let memcached = world.memcachedClusters.byKey.values.reduce(0) { sum, known in
            sum + known.value.nodes.count * largestType(of: known.value, context).memory
        }
        let promised = groups + memcached + others.reduce(0) { $0 + $1.memory }
        guard promised + needed <= budget.total else {
            let what = new > 0 ? "\(new) such nodes may take \(needed >> 20) MiB" : "such nodes may take \(needed >> 20) MiB more"
            throw ServiceFault(
                .insufficientCacheClusterCapacity,
                "The requested CacheNodeType \(nodeType) is not available: \(what), and of the "
                    + "\(budget.total >> 20) MiB that may be promised (--memory-overcommit), \(promised >> 20) MiB are.")
        }
    }
}
