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

    /// The place of each node of a new cluster.
    static func places(
        _ input: API.CreateCacheClusterMessage, in zones: CoveredZones, _ outposts: OutpostInput
    ) throws -> [NodePlace] {
        let count = input.numCacheNodes ?? 1
        try check(count: count)
        if input.azMode == .crossAz, count == 1 {
            throw ServiceFault.combination("The parameter AZMode cross-az needs at least two nodes. (AZMode, NumCacheNodes)")
        }
        let asked = try asked(input, count, zones)
        if let places = try ClusterOutposts.places(input, count: count, zones: asked, outposts) {
            try check(places.map(\.zone), input.azMode, "the Outposts")
            return places
        }
        if let asked { return asked.map { NodePlace(zone: $0) } }
        try checkSpread(input.azMode, over: zones)
        return (0..<count).map { NodePlace(zone: input.azMode == .crossAz ? zones.names[$0 % zones.names.count] : zones.names[0]) }
    }

    /// The zone of each node; nil where the request names none.
    private static func asked(_ input: API.CreateCacheClusterMessage, _ count: Int, _ zones: CoveredZones) throws -> [String]? {
        let several = input.preferredAvailabilityZones ?? []
        if let one = input.preferredAvailabilityZone {
            guard several.isEmpty else {
                throw ServiceFault.combination(
                    "The parameters PreferredAvailabilityZone and PreferredAvailabilityZones can not be used together.")
            }
            guard input.azMode != .crossAz else {
                throw ServiceFault.combination(
                    "The parameter PreferredAvailabilityZone places all nodes in one zone, which AZMode cross-az rules out.")
            }
            try zones.check(one, "PreferredAvailabilityZone")
            return Array(repeating: one, count: count)
        }
        guard !several.isEmpty else { return nil }
        for zone in several { try zones.check(zone, "PreferredAvailabilityZones") }
        guard several.count == count else {
            throw ServiceFault.value(
                "The parameter PreferredAvailabilityZones has \(several.count) zones for \(count) nodes. They must agree. (NumCacheNodes)")
        }
        try check(several, input.azMode, "PreferredAvailabilityZones")
        return several
    }

    private static func check(_ zones: [String], _ mode: API.AZMode?, _ what: String) throws {
        let isSpread = Set(zones).count > 1
        if mode == .singleAz, isSpread {
            throw ServiceFault.combination("The parameter AZMode single-az needs all of \(what) to be one zone.")
        }
        if mode == .crossAz, !isSpread {
            throw ServiceFault.combination("The parameter AZMode cross-az needs \(what) to be at least two zones.")
        }
    }

    private static func checkSpread(_ mode: API.AZMode?, over zones: CoveredZones) throws {
        guard mode == .crossAz, zones.names.count == 1 else { return }
        throw ServiceFault.combination(
            "The parameter AZMode can not be cross-az: cache subnet group \(zones.subnetGroup) has subnets in \(zones.names[0]) only. "
                + "(CacheSubnetGroupName)")
    }

    /// The zones of nodes that are added: as asked, or, where nodes are or are to be in several zones, the emptiest ones.
    static func added(
        _ count: Int, asked: [String], mode: API.AZMode?, to cluster: MemcachedCluster, in zones: CoveredZones
    ) throws -> [String] {
        for zone in asked { try zones.check(zone, "NewAvailabilityZones") }
        guard asked.isEmpty || asked.count == count else {
            throw ServiceFault.value(
                "The parameter NewAvailabilityZones has \(asked.count) zones for \(count) new nodes. They must agree. (NumCacheNodes)")
        }
        var nodes = Dictionary(grouping: cluster.remaining, by: \.zone).mapValues(\.count)
        try check(mode, of: cluster, with: asked)
        if !asked.isEmpty { return asked }
        try checkSpread(mode, over: zones)
        guard mode == .crossAz || mode == nil && nodes.count > 1 else {
            let present = cluster.remaining.first { zones.names.contains($0.zone) }?.zone
            return Array(repeating: present ?? zones.names[0], count: count)
        }
        return (0..<count).map { _ in
            let zone = zones.names.min { nodes[$0, default: 0] < nodes[$1, default: 0] } ?? zones.names[0]
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
