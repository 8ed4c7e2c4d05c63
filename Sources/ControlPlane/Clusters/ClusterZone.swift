import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// `PreferredAvailabilityZone`, `PreferredAvailabilityZones` and `AZMode` of a cluster of one node.
enum ClusterZone {
    /// The zone that was asked for; nil where it is left to the service.
    static func check(_ input: API.CreateCacheClusterMessage, _ region: Region) throws -> String? {
        if input.azMode == .crossAz {
            throw ServiceFault.combination("The parameter AZMode can not be cross-az for a cluster of one node.")
        }
        let listed = input.preferredAvailabilityZones ?? []
        guard listed.count <= 1 else {
            throw ServiceFault.value(
                "When specifying preferred availability zones, the number of cache nodes must be specified and must match the number of "
                    + "preferred availability zones. PreferredAvailabilityZones has \(listed.count) for 1.")
        }
        if let first = listed.first, let other = input.preferredAvailabilityZone, other != first {
            throw ServiceFault.combination(
                "The parameters PreferredAvailabilityZone and PreferredAvailabilityZones ask for different zones, \(other) and \(first).")
        }
        guard let zone = input.preferredAvailabilityZone ?? listed.first else { return nil }
        let parameter = listed.isEmpty ? "PreferredAvailabilityZone" : "PreferredAvailabilityZones"
        try ShardZones.checkZone(zone, region, parameter)
        return zone
    }
}
