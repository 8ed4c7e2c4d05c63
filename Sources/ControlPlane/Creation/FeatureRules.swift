import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// What each parameter demands of the engine, the node type and the other parameters, once all of them are good by themselves. In the
/// order of the API reference.
enum FeatureRules {
    static func check(_ creation: ShapedCreation) throws {
        for rule in all { try rule.check(creation) }
    }

    static let all: [CreationRule<ShapedCreation>] = [
        CreationRule("SnapshotArns") { creation in
            let input = creation.input
            guard input.snapshotArns?.isEmpty == false else { return }
            try exclusive("SnapshotArns", with: "SnapshotName", input.snapshotName != nil)
            try exclusive("SnapshotArns", with: "ServerlessCacheSnapshotName", input.serverlessCacheSnapshotName != nil)
            if creation.topology.clusterEnabled, input.nodeGroupConfiguration?.allSatisfy({ $0.slots != nil }) != true {
                throw ServiceFault.combination(
                    "Slots must be provided when restoring from snapshot ARNs with cluster mode enabled (SnapshotArns, "
                        + "NodeGroupConfiguration.Slots)")
            }
        },
        CreationRule("SnapshotName") { creation in
            guard creation.input.snapshotName != nil else { return }
            try exclusive("SnapshotName", with: "ServerlessCacheSnapshotName", creation.input.serverlessCacheSnapshotName != nil)
        },
        CreationRule("Port") { creation in
            let highest = 65_535 - NodeFiles.busOffset
            guard creation.topology.clusterEnabled, let port = creation.input.port, port > highest else { return }
            throw ServiceFault.value(
                "The parameter Port must not exceed \(highest) with cluster mode enabled: the cluster bus uses the port "
                    + "\(NodeFiles.busOffset) above it. It was \(port).")
        },
        CreationRule("SnapshotRetentionLimit") { creation in
            try GroupSettings.checkRetention(creation.input.snapshotRetentionLimit ?? 0, of: creation.nodeType)
        },
        CreationRule("AuthToken") { creation in
            guard creation.input.authToken != nil else { return }
            guard creation.isEncryptedInTransit else {
                throw ServiceFault.combination("The parameter AuthToken requires TransitEncryptionEnabled to be true.")
            }
            try exclusive("AuthToken", with: "UserGroupIds", creation.input.userGroupIds?.isEmpty == false)
            try refusePreferred(creation)
        },
        CreationRule("TransitEncryptionEnabled") { creation in
            guard creation.isEncryptedInTransit else { return }
            try EncryptionSupport.check("TransitEncryptionEnabled", creation)
        },
        CreationRule("TransitEncryptionMode") { creation in
            guard creation.input.transitEncryptionMode != nil else { return }
            guard creation.version.supportsTransitEncryptionMode else {
                throw ServiceFault.combination(
                    "Transit encryption mode is not supported for engine version \(creation.version). "
                        + "Please use engine version 7.0.5 or higher. (TransitEncryptionMode)")
            }
            guard creation.isEncryptedInTransit else {
                throw ServiceFault.combination(
                    "To modify transit encryption mode, set encryption-in-transit as enabled. (TransitEncryptionMode, "
                        + "TransitEncryptionEnabled)")
            }
        },
        CreationRule("AtRestEncryptionEnabled") { creation in
            guard creation.input.atRestEncryptionEnabled == true else { return }
            try EncryptionSupport.check("AtRestEncryptionEnabled", creation)
        },
        CreationRule("KmsKeyId") { creation in
            guard creation.input.kmsKeyId != nil, !creation.isEncryptedAtRest else { return }
            throw ServiceFault.combination("The parameter KmsKeyId requires AtRestEncryptionEnabled to be true.")
        },
        CreationRule("UserGroupIds") { creation in
            guard creation.input.userGroupIds?.isEmpty == false else { return }
            guard creation.version >= EngineVersion(6, 0) else {
                throw ServiceFault.combination(
                    "The parameter UserGroupIds is not supported for EngineVersion \(creation.engine.release.name): it needs 6.0 or later.")
            }
            guard creation.isEncryptedInTransit else {
                throw ServiceFault.combination(
                    "User group based access control requires encryption-in-transit to be enabled on the replication group. "
                        + "(UserGroupIds, TransitEncryptionEnabled)")
            }
            try refusePreferred(creation)
        },
        CreationRule("LogDeliveryConfigurations") { creation in
            try LogDeliveryInput.check(creation.input.logDeliveryConfigurations ?? [], for: creation.engine.kind, creation.version)
        },
        CreationRule("DataTieringEnabled") { creation in
            if creation.nodeType.hasDataTiering, creation.input.dataTieringEnabled != true {
                throw ServiceFault.combination(
                    "When using the \(creation.nodeType.name) node type, you must enable data tiering. (CacheNodeType, DataTieringEnabled)")
            }
            if !creation.nodeType.hasDataTiering, creation.input.dataTieringEnabled == true {
                throw ServiceFault.combination(
                    "The parameter DataTieringEnabled is not supported for CacheNodeType \(creation.nodeType.name): it needs a node type of "
                        + "the family r6gd.")
            }
        },
        CreationRule("Durability") { try DurabilityInput.check($0) },
    ]

    private static func exclusive(_ name: String, with other: String, _ isGiven: Bool) throws {
        if isGiven { throw ServiceFault.combination("The parameters \(name) and \(other) can not be used together.") }
    }

    /// Who must say who they are is not let in without encryption.
    private static func refusePreferred(_ creation: ShapedCreation) throws {
        if creation.input.transitEncryptionMode == .preferred {
            throw ServiceFault.combination(
                "Transit encryption preferred is not supported with redis access control. (TransitEncryptionMode)")
        }
    }
}

/// Encryption in transit and at rest: from the same versions and node types on.
enum EncryptionSupport {
    static func check(_ parameter: String, _ creation: ShapedCreation) throws {
        guard creation.version.supportsEncryption else {
            throw ServiceFault.combination(
                "The parameter \(parameter) is not supported for EngineVersion \(creation.engine.release.name): it needs 3.2.6, or 4.0.10 "
                    + "or later.")
        }
        guard creation.nodeType.supportsEncryption else {
            throw ServiceFault.combination("The parameter \(parameter) is not supported for CacheNodeType \(creation.nodeType.name).")
        }
    }
}
