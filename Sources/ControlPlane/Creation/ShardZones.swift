import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// The zone of every node: as asked, or spread over the region's zones, a shard's nodes in different ones while there are enough.
enum ShardZones {
    /// Per shard the zones of its nodes, the primary's first.
    static func check(
        _ input: API.CreateReplicationGroupMessage, replicas: [Int], multiAZ: Bool, region: Region
    ) throws -> [[String]] {
        let zones = try asked(input, replicas: replicas, region: region)
        if multiAZ, let shard = zones.first(where: { Set($0).count == 1 }) {
            throw ServiceFault.combination(
                "The parameter MultiAZEnabled needs a node group's nodes in at least two Availability Zones, and all were asked for in "
                    + "\(shard[0]). (PreferredCacheClusterAZs, NodeGroupConfiguration)")
        }
        return zones
    }

    private static func asked(_ input: API.CreateReplicationGroupMessage, replicas: [Int], region: Region) throws -> [[String]] {
        if let preferred = input.preferredCacheClusterAZs, !preferred.isEmpty {
            return [try byNode(preferred, input, replicas: replicas, region: region)]
        }
        return try replicas.enumerated().map { index, count in
            var zones = (0...count).map { region.zones[(index + $0) % region.zones.count] }
            guard let configuration = input.nodeGroupConfiguration?[index] else { return zones }
            let path = "NodeGroupConfiguration.NodeGroupConfiguration.\(index + 1)"
            if let primary = configuration.primaryAvailabilityZone {
                try checkZone(primary, region, "\(path).PrimaryAvailabilityZone")
                // The replicas go on round the region from the zone that the primary was given.
                let start = region.zones.firstIndex(of: primary) ?? 0
                zones = (0...count).map { region.zones[(start + $0) % region.zones.count] }
            }
            guard let replicaZones = configuration.replicaAvailabilityZones, !replicaZones.isEmpty else { return zones }
            guard replicaZones.count == count else {
                throw ServiceFault.value(
                    "The parameter \(path).ReplicaAvailabilityZones has \(replicaZones.count) zones for \(count) replicas. They must agree."
                )
            }
            for zone in replicaZones { try checkZone(zone, region, "\(path).ReplicaAvailabilityZones") }
            return [zones[0]] + replicaZones
        }
    }

    private static func byNode(
        _ preferred: [String], _ input: API.CreateReplicationGroupMessage, replicas: [Int], region: Region
    ) throws -> [String] {
        guard replicas.count == 1 else {
            throw ServiceFault.combination("PreferredCacheClusterAZs can only be specified for one node group.")
        }
        let configuration = input.nodeGroupConfiguration?.first
        if configuration?.primaryAvailabilityZone != nil || configuration?.replicaAvailabilityZones?.isEmpty == false {
            throw ServiceFault.combination(
                "The parameter PreferredCacheClusterAZs can not be used together with zones in NodeGroupConfiguration.")
        }
        guard preferred.count == replicas[0] + 1 else {
            throw ServiceFault.value(
                "When specifying preferred availability zones, the number of cache clusters must be specified and must match the number "
                    + "of preferred availability zones. PreferredCacheClusterAZs has \(preferred.count) for \(replicas[0] + 1).")
        }
        for zone in preferred { try checkZone(zone, region, "PreferredCacheClusterAZs") }
        return preferred
    }

    static func checkZone(_ zone: String, _ region: Region, _ parameter: String) throws {
        guard region.zones.contains(zone) else {
            throw ServiceFault.value(
                "\(zone) is not a valid availability zone. The parameter \(parameter) may name one of "
                    + "\(region.zones.joined(separator: ", ")).")
        }
    }
}
