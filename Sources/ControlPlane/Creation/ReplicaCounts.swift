import AWSProtocol
import ElastiCacheAPI

/// How many replicas each shard has, from whichever of the three ways of saying so was used.
enum ReplicaCounts {
    static func check(_ input: API.CreateReplicationGroupMessage, shards: Int, clusterEnabled: Bool) throws -> [Int] {
        if let nodes = input.numCacheClusters {
            return try byNodes(nodes, input, shards: shards)
        }
        if let each = input.replicasPerNodeGroup { try checkRange(each, "ReplicasPerNodeGroup") }
        guard let configurations = input.nodeGroupConfiguration else {
            return Array(repeating: input.replicasPerNodeGroup ?? 0, count: shards)
        }
        return try configurations.enumerated().map { index, configuration in
            let path = "NodeGroupConfiguration.NodeGroupConfiguration.\(index + 1)"
            if let own = configuration.replicaCount {
                if input.replicasPerNodeGroup != nil {
                    throw ServiceFault.combination(
                        "The parameters ReplicasPerNodeGroup and \(path).ReplicaCount can not be used together.")
                }
                try checkRange(own, "\(path).ReplicaCount")
                return own
            }
            if let each = input.replicasPerNodeGroup { return each }
            if let arns = configuration.replicaOutpostArns, configuration.replicaAvailabilityZones == nil {
                try checkRange(arns.count, "\(path).ReplicaOutpostArns")
                return arns.count
            }
            let implied = configuration.replicaAvailabilityZones?.count ?? 0
            try checkRange(implied, "\(path).ReplicaAvailabilityZones")
            return implied
        }
    }

    private static func byNodes(_ nodes: Int, _ input: API.CreateReplicationGroupMessage, shards: Int) throws -> [Int] {
        try checkRange(nodes - 1, "NumCacheClusters", shown: nodes)
        if input.replicasPerNodeGroup != nil {
            throw ServiceFault.combination("The parameters NumCacheClusters and ReplicasPerNodeGroup can not be used together.")
        }
        guard shards == 1 else {
            throw ServiceFault.combination(
                "The parameter NumCacheClusters can not be used with \(shards) node groups: use ReplicasPerNodeGroup.")
        }
        if let own = input.nodeGroupConfiguration?.first?.replicaCount, own != nodes - 1 {
            throw ServiceFault.combination(
                "The parameter NumCacheClusters is \(nodes), and NodeGroupConfiguration.NodeGroupConfiguration.1.ReplicaCount is \(own).")
        }
        return [nodes - 1]
    }

    private static func checkRange(_ replicas: Int, _ parameter: String, shown: Int? = nil) throws {
        guard Topology.replicas.contains(replicas) else {
            throw ServiceFault.value(
                "The number of replicas per node group must be within 0 and 5. The parameter \(parameter) was \(shown ?? replicas).")
        }
    }
}
