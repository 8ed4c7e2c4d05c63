import AWSProtocol
import CacheModel
import ElastiCacheAPI
import Foundation

/// `IpDiscovery` of what stands: by which of their two addresses clients are told of nodes and endpoints.
enum DiscoveryChange {
    static func apply(_ asked: API.IpDiscovery?, to group: inout ReplicationGroup, at date: Date) throws {
        guard let family = asked.flatMap({ AddressFamily(rawValue: $0.rawValue) }), family != group.discovery else { return }
        guard group.families.contains(family) else {
            throw NetworkInput.foreign(family, to: group.network?.type ?? .ipv4)
        }
        group.exchangeFamilies()
        group.beginChange(at: date)
    }
}
