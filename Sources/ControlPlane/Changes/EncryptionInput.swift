import AWSProtocol
import CacheModel
import ElastiCacheAPI
import Engine
import Foundation

/// `TransitEncryptionEnabled` and `TransitEncryptionMode` of ModifyReplicationGroup: how clients are to come in.
///
/// Step by step: from clear text to `preferred`, from there to `required`, and back the same way.
enum EncryptionInput {
    static func apply(
        _ input: API.ModifyReplicationGroupMessage, to group: inout ReplicationGroup, _ catalog: EngineCatalog, at date: Date
    ) throws {
        guard input.transitEncryptionMode != nil || input.transitEncryptionEnabled != nil else {
            if input.applyImmediately == true { applyPending(to: &group, at: date) }
            return
        }
        try check(input, of: group)
        let wanted = try wanted(input, group)
        if wanted == group.transitEncryption { return group.changePending { $0.transitEncryption = nil } }
        try checkStep(to: wanted, of: group)
        if wanted != nil { try checkBuild(of: group, catalog) }
        guard input.applyImmediately == true else {
            return group.changePending { $0.transitEncryption = PendingTransitEncryption(mode: wanted) }
        }
        begin(wanted, &group, at: date)
    }

    /// Does what waits for the maintenance window.
    static func applyPending(to group: inout ReplicationGroup, at date: Date) {
        guard let pending = group.pending?.transitEncryption else { return }
        // Who comes in with a password must not be heard by others.
        guard group.authTokens == nil, group.wantedUserGroups.isEmpty else { return group.changePending { $0.transitEncryption = nil } }
        begin(pending.mode, &group, at: date)
    }

    private static func begin(_ mode: TransitEncryptionMode?, _ group: inout ReplicationGroup, at date: Date) {
        group.changePending { $0.transitEncryption = nil }
        guard mode != group.transitEncryption else { return }
        group.changeTransitEncryption(to: mode)
        group.beginChange(at: date)
    }

    private static func check(_ input: API.ModifyReplicationGroupMessage, of group: ReplicationGroup) throws {
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

    private static func wanted(
        _ input: API.ModifyReplicationGroupMessage, _ group: ReplicationGroup
    ) throws -> TransitEncryptionMode? {
        if input.transitEncryptionEnabled == false { return nil }
        guard let mode = input.transitEncryptionMode else {
            guard group.isEncryptedInTransit else {
                throw ServiceFault.combination(
                    "The parameter TransitEncryptionEnabled of a replication group without encryption in transit requires "
                        + "TransitEncryptionMode preferred in the same request.")
            }
            return group.transitEncryption
        }
        guard let known = TransitEncryptionMode(rawValue: mode.rawValue) else {
            throw ServiceFault.value(
                "Invalid value for the parameter TransitEncryptionMode: \(mode.rawValue). Allowed values are preferred and required.")
        }
        return known
    }

    private static func checkStep(to wanted: TransitEncryptionMode?, of group: ReplicationGroup) throws {
        switch (group.transitEncryption, wanted) {
        case (nil, .required):
            throw ServiceFault.combination(
                "TransitEncryptionMode required is reached in two steps: set TransitEncryptionMode to preferred first, and to required "
                    + "when that is done. (TransitEncryptionMode)")
        case (.required, nil):
            throw ServiceFault.combination(
                "Encryption in transit is turned off in two steps: set TransitEncryptionMode to preferred first, and "
                    + "TransitEncryptionEnabled to false when that is done. (TransitEncryptionEnabled)")
        default: break
        }
    }

    /// Nodes go on with the build that they run on.
    private static func checkBuild(of group: ReplicationGroup, _ catalog: EngineCatalog) throws {
        for reference in group.builds {
            guard let build = catalog.builds.first(where: { $0.path == reference.path }), !build.servesTLS else { continue }
            throw ServiceFault(
                .insufficientCacheClusterCapacity,
                "Replication group \(group.id) runs on \(reference.engine.rawValue) \(reference.version) (\(reference.path)), a build "
                    + "without TLS: encryption in transit needs one with it. Install a later patch of that version with TLS, of your "
                    + "distribution or named in ELASTANE_ENGINES, apply it as a service update, and ask again; `elastane doctor` says "
                    + "what was found.")
        }
    }
}
