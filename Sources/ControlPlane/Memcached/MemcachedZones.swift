import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// How many nodes, and in which zones: `NumCacheNodes`, `AZMode`, `PreferredAvailabilityZone`, `PreferredAvailabilityZones`, and for
/// nodes that are added `NewAvailabilityZones`.
enum MemcachedZones {
    /// Nodes that a cluster may have.
    static let limit = 40

    static func check(count: Int) throws {
        guard count >= 1 else { throw ServiceFault.value("The parameter NumCacheNodes must be at least 1. It was \(count).") }
        guard count <= limit else {
            throw ServiceFault(
                .nodeQuotaForClusterExceeded,
                "Cluster node quota exceeded. Each cluster can have at most \(limit) nodes in this region. NumCacheNodes asks for \(count)."
            )
        }
    }

    /// The zone of each node of a new cluster.
    static func zones(_ input: API.CreateCacheClusterMessage, in region: Region) throws -> [String] {
        let count = input.numCacheNodes ?? 1
        try check(count: count)
        let several = input.preferredAvailabilityZones ?? []
        if input.azMode == .crossAz, count == 1 {
            throw ServiceFault.combination("The parameter AZMode cross-az needs at least two nodes. (AZMode, NumCacheNodes)")
        }
        if let one = input.preferredAvailabilityZone {
            guard several.isEmpty else {
                throw ServiceFault.combination(
                    "The parameters PreferredAvailabilityZone and PreferredAvailabilityZones can not be used together.")
            }
            guard input.azMode != .crossAz else {
                throw ServiceFault.combination(
                    "The parameter PreferredAvailabilityZone places all nodes in one zone, which AZMode cross-az rules out.")
            }
            try ShardZones.checkZone(one, region, "PreferredAvailabilityZone")
            return Array(repeating: one, count: count)
        }
        guard several.isEmpty else { return try listed(several, count, input.azMode, region) }
        return (0..<count).map { input.azMode == .crossAz ? region.zones[$0 % region.zones.count] : region.zones[0] }
    }

    private static func listed(_ zones: [String], _ count: Int, _ mode: API.AZMode?, _ region: Region) throws -> [String] {
        for zone in zones { try ShardZones.checkZone(zone, region, "PreferredAvailabilityZones") }
        guard zones.count == count else {
            throw ServiceFault.value(
                "The parameter PreferredAvailabilityZones has \(zones.count) zones for \(count) nodes. They must agree. (NumCacheNodes)")
        }
        let isSpread = Set(zones).count > 1
        if mode == .singleAz, isSpread {
            throw ServiceFault.combination("The parameter AZMode single-az needs all of PreferredAvailabilityZones to be one zone.")
        }
        if mode == .crossAz, !isSpread {
            throw ServiceFault.combination("The parameter AZMode cross-az needs PreferredAvailabilityZones to be at least two zones.")
        }
        return zones
    }

    /// The zones of nodes that are added: as asked, or, where nodes are or are to be in several zones, the emptiest ones.
    static func added(_ count: Int, asked: [String], mode: API.AZMode?, to cluster: MemcachedCluster, in region: Region) throws -> [String]
    {
        for zone in asked { try ShardZones.checkZone(zone, region, "NewAvailabilityZones") }
        guard asked.isEmpty || asked.count == count else {
            throw ServiceFault.value(
                "The parameter NewAvailabilityZones has \(asked.count) zones for \(count) new nodes. They must agree. (NumCacheNodes)")
        }
        var nodes = Dictionary(grouping: cluster.remaining, by: \.zone).mapValues(\.count)
        try check(mode, of: cluster, with: asked)
        if !asked.isEmpty { return asked }
        guard mode == .crossAz || mode == nil && nodes.count > 1 else {
            return Array(repeating: cluster.remaining.first?.zone ?? region.zones[0], count: count)
        }
        return (0..<count).map { _ in
            let zone = region.zones.min { nodes[$0, default: 0] < nodes[$1, default: 0] } ?? region.zones[0]
            nodes[zone, default: 0] += 1
            return zone
        }
    }

    /// Whether a cluster's nodes, with those that are added, can be in one zone or in several as `AZMode` says.
    static func check(_ mode: API.AZMode?, of cluster: MemcachedCluster, with added: [String]) throws {
        let zones = Set(cluster.remaining.map(\.zone) + added)
        if mode == .singleAz, zones.count > 1 {
            throw ServiceFault.combination(
                "The parameter AZMode can not be single-az: cache cluster \(cluster.name) would have nodes in several Availability Zones.")
        }
    }
}
