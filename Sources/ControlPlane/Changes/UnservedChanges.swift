import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// Parameters of ModifyReplicationGroup whose effect is not built yet. What they are already is accepted; any other value is
/// refused, since to accept it would be to promise what does not happen.
enum UnservedChanges {
    static func refuse(_ input: API.ModifyReplicationGroupMessage, of group: ReplicationGroup, _ context: RequestContext) throws {
        let clusterMode: API.ClusterMode = group.clusterEnabled ? .enabled : .disabled
        let given: [(name: String, isGiven: Bool)] = [
            ("Engine", input.engine.map { $0.lowercased() != group.engine.rawValue } ?? false),
            ("EngineVersion", input.engineVersion.map { $0 != group.engineVersion && $0 != group.fullEngineVersion } ?? false),
            ("LogDeliveryConfigurations", input.logDeliveryConfigurations?.contains { $0.enabled != false } ?? false),
            ("TransitEncryptionEnabled", input.transitEncryptionEnabled.map { $0 != group.isEncryptedInTransit } ?? false),
            ("TransitEncryptionMode", input.transitEncryptionMode.map { $0.rawValue != group.transitEncryption?.rawValue } ?? false),
            ("ClusterMode", input.clusterMode.map { $0 != clusterMode } ?? false),
        ]
        try UnservedParameters.refuseClassic(input.cacheSecurityGroupNames)
        if try DurabilityInput(context)?.isDurable == true {
            throw ServiceFault.combination("Durability cannot currently be enabled on non-durable clusters (Durability)")
        }
        if let first = given.first(where: \.isGiven) { throw ServiceFault.unsupported(first.name) }
    }
}
