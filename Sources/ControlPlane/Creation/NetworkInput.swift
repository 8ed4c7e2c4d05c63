import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// `NetworkType` and `IpDiscovery`, and whether engine and node type can have them.
struct NetworkInput: Equatable {
    let type: NetworkType
    let discovery: AddressFamily

    init(_ networkType: API.NetworkType?, _ ipDiscovery: API.IpDiscovery?, engine: EngineChoice) throws {
        type = networkType.flatMap { NetworkType(rawValue: $0.rawValue) } ?? .ipv4
        let usual: AddressFamily = type == .ipv6 ? .ipv6 : .ipv4
        discovery = ipDiscovery.flatMap { AddressFamily(rawValue: $0.rawValue) } ?? usual
        guard type == .dualStack || discovery == usual else {
            throw Self.foreign(discovery, to: type)
        }
        guard type != .ipv4 else { return }
        guard engine.kind == .valkey || engine.version >= EngineVersion(6, 2) else {
            throw ServiceFault.combination(
                "The parameter NetworkType can not be \(type.rawValue) with EngineVersion \(engine.release.name): it needs 6.2 or later.")
        }
        guard engine.nodeType.supportsIPv6 else {
            throw ServiceFault.combination(
                "The parameter NetworkType can not be \(type.rawValue) with CacheNodeType \(engine.nodeType.name): it needs a node type on "
                    + "the Nitro system.")
        }
    }

    static func foreign(_ discovery: AddressFamily, to type: NetworkType) -> ServiceFault {
        .combination("The parameter IpDiscovery can not be \(discovery.rawValue) with NetworkType \(type.rawValue).")
    }
}
