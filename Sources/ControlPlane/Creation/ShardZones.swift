import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// The place of every node: as asked, or spread over the zones of the subnet group, a shard's nodes in different ones while there are
/// enough.
struct ShardZones {
    let zones: CoveredZones
    let outposts: OutpostInput
    let parameters: PlaceParameters

    /// Per shard the places of its nodes, the primary's first.
    func places(_ input: API.CreateReplicationGroupMessage, replicas: [Int], multiAZ: Bool) throws -> [[NodePlace]] {
        let places = try asked(input, replicas: replicas)
        if multiAZ, let shard = places.first(where: { Set($0.map(\.zone)).count == 1 }) {
            let reason =
                zones.names.count == 1 ? "cache subnet group \(zones.subnetGroup) has subnets only" : "all were asked for"
            throw ServiceFault.combination(
                "The parameter MultiAZEnabled needs a node group's nodes in at least two Availability Zones, and \(reason) in "
                    + "\(shard[0].zone). (PreferredCacheClusterAZs, NodeGroupConfiguration, CacheSubnetGroupName)")
        }
        return places
    }

    private func asked(_ input: API.CreateReplicationGroupMessage, replicas: [Int]) throws -> [[NodePlace]] {
        if let preferred = input.preferredCacheClusterAZs, !preferred.isEmpty {
            return [try byNode(preferred, input, replicas: replicas).map { NodePlace(zone: $0) }]
        }
        return try replicas.enumerated().map { index, count in
            guard let configuration = input.nodeGroupConfiguration?[index] else { return round(from: index, count) }
            let path = "NodeGroupConfiguration.NodeGroupConfiguration.\(index + 1)"
            let primary = try primaryPlace(configuration, path)
            // The replicas go on round the region from the zone that the primary was given.
            var places = round(from: primary.map { zones.names.firstIndex(of: $0.zone) ?? 0 } ?? index, count)
            if let primary { places[0] = primary }
            return try [places[0]] + (replicaPlaces(configuration, count, path) ?? Array(places.dropFirst()))
        }
    }

    /// The places of a primary and so many replicas.
    private func round(from start: Int, _ replicas: Int) -> [NodePlace] {
        (0...replicas).map { NodePlace(zone: zones.names[(start + $0) % zones.names.count]) }
    }

    private func primaryPlace(_ configuration: API.NodeGroupConfiguration, _ path: String) throws -> NodePlace? {
        if let zone = configuration.primaryAvailabilityZone { try zones.check(zone, parameters.primaryZone(path)) }
        guard let arn = configuration.primaryOutpostArn else { return configuration.primaryAvailabilityZone.map { NodePlace(zone: $0) } }
        return try outposts.place(on: arn, zone: configuration.primaryAvailabilityZone, parameters.primaryOutpost(path))
    }

    /// Nil where nothing was said of them.
    private func replicaPlaces(_ configuration: API.NodeGroupConfiguration, _ count: Int, _ path: String) throws -> [NodePlace]? {
        let asked = configuration.replicaAvailabilityZones ?? []
        let arns = configuration.replicaOutpostArns ?? []
        for (name, given) in [("ReplicaAvailabilityZones", asked), ("ReplicaOutpostArns", arns)] where !given.isEmpty {
            guard given.count == count else {
                let what = name == "ReplicaOutpostArns" ? "Outposts" : "zones"
                throw ServiceFault.value(
                    "The parameter \(path).\(name) has \(given.count) \(what) for \(count) replicas. They must agree.")
            }
        }
        for zone in asked { try zones.check(zone, "\(path).ReplicaAvailabilityZones") }
        guard !arns.isEmpty else { return asked.isEmpty ? nil : asked.map { NodePlace(zone: $0) } }
        return try arns.enumerated().map { index, arn in
            try outposts.place(
                on: arn, zone: asked.isEmpty ? nil : asked[index], "\(path).ReplicaOutpostArns.OutpostArn.\(index + 1)")
        }
    }

    static func checkZone(_ zone: String, _ region: Region, _ parameter: String) throws {
        guard region.zones.contains(zone) else {
            throw ServiceFault.value(
                "\(zone) is not a valid availability zone. The parameter \(parameter) may name one of "
                    + "\(region.zones.joined(separator: ", ")).")
        }
    }

    private func byNode(_ preferred: [String], _ input: API.CreateReplicationGroupMessage, replicas: [Int]) throws -> [String] {
        guard replicas.count == 1 else {
            throw ServiceFault.combination("PreferredCacheClusterAZs can only be specified for one node group.")
        }
        let configuration = input.nodeGroupConfiguration?.first
        if configuration?.primaryAvailabilityZone != nil || configuration?.replicaAvailabilityZones?.isEmpty == false {
            throw ServiceFault.combination(
                "The parameter PreferredCacheClusterAZs can not be used together with zones in NodeGroupConfiguration.")
        }
        if configuration?.primaryOutpostArn != nil || configuration?.replicaOutpostArns?.isEmpty == false {
            throw ServiceFault.combination(
                "The parameter PreferredCacheClusterAZs can not be used together with Outposts in NodeGroupConfiguration.")
        }
        guard preferred.count == replicas[0] + 1 else {
            throw ServiceFault.value(
                "When specifying preferred availability zones, the number of cache clusters must be specified and must match the number "
                    + "of preferred availability zones. PreferredCacheClusterAZs has \(preferred.count) for \(replicas[0] + 1).")
        }
        for zone in preferred { try zones.check(zone, parameters.zones) }
        return preferred
    }
}
