import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// `TransitEncryptionEnabled` and `TransitEncryptionMode` of ModifyReplicationGroup: what the real service has against them. What it would
/// do is not built yet, but for what is so already.
enum EncryptionChange {
    static func check(_ input: API.ModifyReplicationGroupMessage, of group: ReplicationGroup) throws {
        guard input.transitEncryptionMode != nil || input.transitEncryptionEnabled != nil else { return }
        guard group.authTokens == nil, group.wantedUserGroups.isEmpty else {
            throw ServiceFault.combination(
                "Modification of transit encryption is not supported for access control enabled clusters. (TransitEncryptionEnabled, "
                    + "TransitEncryptionMode)")
        }
        let isEnabled = input.transitEncryptionEnabled ?? group.isEncryptedInTransit
        let changes = isEnabled != group.isEncryptedInTransit
        guard input.transitEncryptionMode != nil || changes else { return }
        guard EngineVersion(group.fullEngineVersion)?.supportsTransitEncryptionMode == true else {
            throw ServiceFault.combination(
                "Transit encryption mode is not supported for engine version \(group.fullEngineVersion). "
                    + "Please use engine version 7.0.5 or higher. (TransitEncryptionMode)")
        }
        if input.transitEncryptionMode != nil, !isEnabled {
            throw ServiceFault.combination(
                "To modify transit encryption mode, set encryption-in-transit as enabled. (TransitEncryptionMode, TransitEncryptionEnabled)"
            )
        }
    }
}
