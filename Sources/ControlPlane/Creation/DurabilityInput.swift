import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// `Durability`, which is newer than the service model that the shapes are made from.
enum DurabilityInput: String, CaseIterable {
    case `default`
    case async
    case sync
    case disabled

    /// Nil if the request has none.
    init?(_ context: RequestContext) throws {
        guard let text = context.parameters["Durability"], !text.isEmpty else { return nil }
        guard let value = DurabilityInput(rawValue: text) else {
            let allowed = Self.allCases.map(\.rawValue).joined(separator: ", ")
            throw ServiceFault.value("Invalid value for the parameter Durability: \(text). Allowed values are \(allowed).")
        }
        self = value
    }

    /// Writes that are kept although every node ends.
    var isDurable: Bool { self == .async || self == .sync }

    /// What durable writes need.
    static func check(_ creation: ShapedCreation) throws {
        guard let asked = try DurabilityInput(creation.context), asked != .default else { return }
        guard creation.engine.kind == .valkey, creation.version >= EngineVersion(9, 0) else {
            throw ServiceFault.combination(
                "The parameter Durability is not supported for \(creation.engine.kind.rawValue) EngineVersion "
                    + "\(creation.engine.release.name): it needs valkey 9.0 or later.")
        }
        guard asked.isDurable else { return }
        if let lack = lack(creation) { throw ServiceFault.combination("The parameter Durability \(asked.rawValue) needs \(lack).") }
    }

    private static func lack(_ creation: ShapedCreation) -> String? {
        if !creation.topology.clusterEnabled { return "cluster mode enabled (ClusterMode, NumNodeGroups)" }
        if !creation.topology.multiAZ { return "MultiAZEnabled" }
        if creation.topology.shards.contains(where: { $0.zones.count < 2 }) {
            return "a replica in every node group (ReplicasPerNodeGroup)"
        }
        if !creation.isEncryptedInTransit { return "TransitEncryptionEnabled" }
        if creation.input.atRestEncryptionEnabled == false { return "AtRestEncryptionEnabled" }
        if !creation.nodeType.features.contains(.durability) { return "another CacheNodeType than \(creation.nodeType.name)" }
        return nil
    }
}
