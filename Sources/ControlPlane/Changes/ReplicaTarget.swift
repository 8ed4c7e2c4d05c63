import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// How many replicas one shard is to have, as `NewReplicaCount` or `ReplicaConfiguration` says.
struct ReplicaTarget {
    enum Direction {
        case more
        case fewer
    }

    /// The shard's place in its group.
    let index: Int
    let count: Int
    /// Of all of the shard's nodes, the primary's first; empty where they were left to the service.
    let places: [NodePlace]
    /// Where in the request it stands.
    let path: String

    /// The place of a node that is to be on an Outpost, in a zone if one is named, too; the last is the parameter that names the Outpost.
    typealias OutpostPlace = (_ arn: String, _ zone: String?, _ parameter: String) throws -> NodePlace

    /// The shards that are to change, each once. Throws `NoOperationFault` if there are none.
    static func read(
        _ count: Int?, _ configuration: [API.ConfigureShard], for group: ReplicationGroup, _ direction: Direction, _ zones: CoveredZones,
        _ quotas: Quotas, outpost: OutpostPlace
    ) throws -> [ReplicaTarget] {
        let all: [ReplicaTarget]
        if let count {
            try ReplicaCounts.checkRange(count, "NewReplicaCount", quotas)
            all = group.nodeGroups.indices.map { ReplicaTarget(index: $0, count: count, places: [], path: "NewReplicaCount") }
        } else {
            all = try byShard(configuration, group, zones, quotas, outpost)
        }
        let changed = all.filter { $0.count != group.nodeGroups[$0.index].remainingReplicas.count }
        guard !changed.isEmpty else {
            throw ServiceFault(.noOperation, "Requested new replica count already matches current number of replicas.")
        }
        for target in changed { try target.check(direction, group.nodeGroups[target.index]) }
        return changed
    }

    private static func byShard(
        _ configuration: [API.ConfigureShard], _ group: ReplicationGroup, _ covered: CoveredZones, _ quotas: Quotas,
        _ outpost: OutpostPlace
    ) throws -> [ReplicaTarget] {
        var seen = Set<Int>()
        return try configuration.enumerated().map { position, shard in
            let path = "ReplicaConfiguration.ConfigureShard.\(position + 1)"
            guard let id = NodeGroupID.canonical(shard.nodeGroupId), let index = group.nodeGroups.firstIndex(where: { $0.id == id }) else {
                throw ServiceFault.value(
                    "The following node group ids are invalid: [\(shard.nodeGroupId)]. The parameter \(path).NodeGroupId names no node "
                        + "group of replication group \(group.id).")
            }
            guard seen.insert(index).inserted else {
                throw ServiceFault.value(
                    "The following node group ids are invalid: [\(shard.nodeGroupId)]. The parameter \(path).NodeGroupId repeats an id.")
            }
            try ReplicaCounts.checkRange(shard.newReplicaCount, "\(path).NewReplicaCount", quotas)
            let places = try places(of: shard, covered, path, outpost)
            return ReplicaTarget(index: index, count: shard.newReplicaCount, places: places, path: path)
        }
    }

    /// As `PreferredAvailabilityZones` and `PreferredOutpostArns` say, of which either is enough.
    private static func places(
        of shard: API.ConfigureShard, _ covered: CoveredZones, _ path: String, _ outpost: OutpostPlace
    ) throws -> [NodePlace] {
        let zones = shard.preferredAvailabilityZones ?? []
        let arns = shard.preferredOutpostArns ?? []
        for (name, what, count) in [("PreferredAvailabilityZones", "zone", zones.count), ("PreferredOutpostArns", "Outpost", arns.count)] {
            guard count == 0 || count == shard.newReplicaCount + 1 else {
                throw ServiceFault.value(
                    "The parameter \(path).\(name) must have one \(what) for the primary and one for each of NewReplicaCount "
                        + "\(shard.newReplicaCount). It has \(count).")
            }
        }
        for zone in zones { try covered.check(zone, "\(path).PreferredAvailabilityZones") }
        guard !arns.isEmpty else { return zones.map { NodePlace(zone: $0) } }
        return try arns.enumerated().map { position, arn in
            try outpost(
                arn, zones.isEmpty ? nil : zones[position], "\(path).PreferredOutpostArns.PreferredOutpostArn.\(position + 1)")
        }
    }

    private func check(_ direction: Direction, _ nodeGroup: NodeGroup) throws {
        let current = nodeGroup.remainingReplicas.count
        switch direction {
        case .more where count < current:
            throw ServiceFault.value(
                "The parameter \(path) asks for \(count) replicas of node group \(nodeGroup.id), which has \(current). "
                    + "Use DecreaseReplicaCount for fewer.")
        case .fewer where count > current:
            throw ServiceFault.value(
                "The parameter \(path) asks for \(count) replicas of node group \(nodeGroup.id), which has \(current). "
                    + "Use IncreaseReplicaCount for more.")
        default:
            break
        }
    }
}

/// Both operations know several ways to say what is wanted, of which a request must use one.
enum ReplicaRequest {
    static func requireOne(of ways: [(name: String, isGiven: Bool)], applyImmediately: Bool) throws {
        let given = ways.filter(\.isGiven).map(\.name)
        guard given.count == 1 else {
            let names = ways.map(\.name).joined(separator: ", ")
            throw ServiceFault.combination(
                given.isEmpty
                    ? "One of the parameters \(names) must be provided."
                    : "Only one of the parameters \(names) may be provided. The request has \(given.joined(separator: " and ")).")
        }
        guard applyImmediately else {
            throw ServiceFault.value("The parameter ApplyImmediately must be true: replicas can not be added or removed at a later time.")
        }
    }
}
