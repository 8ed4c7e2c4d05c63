import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// How many shards with how many nodes, in which zones, serving which slots; cluster mode; failover and Multi-AZ.
struct Topology {
    struct Shard {
        var id: String
        var slots: [SlotRange]
        /// One per node, the primary's first.
        var places: [NodePlace]
    }

    static let replicas = 0...5

    let clusterEnabled: Bool
    let automaticFailover: Bool
    let multiAZ: Bool
    let shards: [Shard]

    init(_ input: API.CreateReplicationGroupMessage, engine: EngineChoice, group: String, zones: ShardZones) throws {
        let count = try Self.shardCount(input)
        clusterEnabled = try ClusterModeChoice.isEnabled(input, shards: count, engine: engine)
        if count > engine.version.maximumClusterNodes {
            throw ServiceFault(
                .nodeGroupsPerReplicationGroupQuotaExceeded,
                "The parameter NumNodeGroups must not exceed \(engine.version.maximumClusterNodes). It was \(count).")
        }
        let replicas = try ReplicaCounts.check(input, shards: count, clusterEnabled: clusterEnabled)
        let nodes = replicas.reduce(0) { $0 + $1 + 1 }
        if clusterEnabled, nodes > engine.version.maximumClusterNodes {
            throw ServiceFault(
                .nodeQuotaForClusterExceeded,
                "Cluster node quota exceeded. Each cluster can have at most \(engine.version.maximumClusterNodes) nodes in this region. "
                    + "NumNodeGroups and ReplicasPerNodeGroup ask for \(nodes).")
        }
        automaticFailover = try Self.failover(input, clusterEnabled: clusterEnabled, nodes: nodes, engine: engine)
        multiAZ = try Self.multiAZ(input, automaticFailover: automaticFailover, replicas: replicas)
        let ids = try ShardNames.check(input, shards: count, clusterEnabled: clusterEnabled)
        let slots = try ShardSlots.check(input, shards: count, clusterEnabled: clusterEnabled)
        let places = try zones.places(input, replicas: replicas, multiAZ: multiAZ)
        var shards = (0..<count).map { Shard(id: ids[$0], slots: slots?[$0] ?? [], places: places[$0]) }.sorted { $0.id < $1.id }
        if clusterEnabled, slots == nil {
            for (index, share) in Slots.evenSplit(into: count).enumerated() { shards[index].slots = share }
        }
        self.shards = shards
    }

    private static func shardCount(_ input: API.CreateReplicationGroupMessage) throws -> Int {
        let listed = input.nodeGroupConfiguration?.count
        if let number = input.numNodeGroups {
            guard number >= 1 else { throw ServiceFault.value("The parameter NumNodeGroups must be at least 1. It was \(number).") }
            if let listed, listed != number {
                throw ServiceFault.value(
                    "The parameter NodeGroupConfiguration has \(listed) entries, and NumNodeGroups is \(number). They must agree.")
            }
            return number
        }
        return listed ?? 1
    }

    private static func failover(
        _ input: API.CreateReplicationGroupMessage, clusterEnabled: Bool, nodes: Int, engine: EngineChoice
    ) throws -> Bool {
        let wanted = input.automaticFailoverEnabled ?? clusterEnabled
        if clusterEnabled, !wanted {
            throw ServiceFault.value(
                "Redis with cluster mode enabled cannot be created with auto failover turned off. (AutomaticFailoverEnabled)")
        }
        guard wanted else { return false }
        if !clusterEnabled, nodes < 2 {
            throw ServiceFault.combination(
                "When using automatic failover, there must be at least 2 cache clusters in the replication group. "
                    + "(AutomaticFailoverEnabled, NumCacheClusters)")
        }
        try FailoverSupport.check(engine.nodeType, engine.version, named: engine.release.name)
        return true
    }

    private static func multiAZ(_ input: API.CreateReplicationGroupMessage, automaticFailover: Bool, replicas: [Int]) throws -> Bool {
        guard input.multiAZEnabled == true else { return false }
        guard automaticFailover else {
            throw ServiceFault.combination("The parameter MultiAZEnabled requires AutomaticFailoverEnabled.")
        }
        guard replicas.allSatisfy({ $0 >= 1 }) else {
            throw ServiceFault.value("Must have at least 1 replica for Multi-AZ enabled Replication Group (MultiAZEnabled)")
        }
        return true
    }
}
