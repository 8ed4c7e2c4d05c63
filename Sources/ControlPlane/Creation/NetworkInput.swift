import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// `NetworkType` and `IpDiscovery`, and whether engine and node type can have them.
struct NetworkInput: Equatable {
    let type: NetworkType
    let discovery: AddressFamily

    init(_ networkType: API.NetworkType?, _ ipDiscovery: API.IpDiscovery?, engine: EngineChoice) throws {
        let isServed = engine.kind == .valkey || engine.version >= EngineVersion(6, 2)
        try self.init(
            networkType, ipDiscovery, on: engine.nodeType, version: engine.release.name, missing: isServed ? nil : "6.2")
    }

    /// Of a cluster of Memcached.
    init(_ networkType: API.NetworkType?, _ ipDiscovery: API.IpDiscovery?, memcached choice: MemcachedChoice) throws {
        let first = MemcachedRelease.firstWithIPv6
        try self.init(
            networkType, ipDiscovery, on: choice.nodeType, version: choice.release.name,
            missing: choice.release.version >= first ? nil : first.description)
    }

    /// `missing` is the version that IPv6 needs, where that which was asked for is older.
    private init(
        _ networkType: API.NetworkType?, _ ipDiscovery: API.IpDiscovery?, on nodeType: NodeType, version: String, missing: String?
    ) throws {
        type = networkType.flatMap { NetworkType(rawValue: $0.rawValue) } ?? .ipv4
        let usual: AddressFamily = type == .ipv6 ? .ipv6 : .ipv4
        discovery = ipDiscovery.flatMap { AddressFamily(rawValue: $0.rawValue) } ?? usual
        guard type == .dualStack || discovery == usual else {
            throw Self.foreign(discovery, to: type)
        }
        guard type != .ipv4 else { return }
        if let missing {
            throw ServiceFault.combination(
                "The parameter NetworkType can not be \(type.rawValue) with EngineVersion \(version): it needs \(missing) or later.")
        }
        guard nodeType.supportsIPv6 else {
            throw ServiceFault.combination(
                "The parameter NetworkType can not be \(type.rawValue) with CacheNodeType \(nodeType.name): it needs a node type on "
                    + "the Nitro system.")
        }
    }

    static func foreign(_ discovery: AddressFamily, to type: NetworkType) -> ServiceFault {
        .combination("The parameter IpDiscovery can not be \(discovery.rawValue) with NetworkType \(type.rawValue).")
    }
}
