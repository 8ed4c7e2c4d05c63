// What the service offers from which version on. Valkey's numbers go on where Redis's end, so one comparison serves both.
extension EngineVersion {
    package var supportsClusterMode: Bool { self >= EngineVersion(3, 2, 4) }
    package var supportsOnlineResharding: Bool { self >= EngineVersion(3, 2, 10) }
    package var supportsAutomaticFailover: Bool { self >= EngineVersion(2, 8, 6) }
    /// TLS and encryption at rest. They came with 3.2.6, were gone again in 3.2.10, and stayed from 4.0.10 on.
    package var supportsEncryption: Bool { self == EngineVersion(3, 2, 6) || self >= EngineVersion(4, 0, 10) }
    package var supportsTransitEncryptionMode: Bool { self >= EngineVersion(7, 0, 5) }
    package var supportsClusterModeChange: Bool { self >= EngineVersion(7, 0) }
    package var supportsAuthTokenChange: Bool { self >= EngineVersion(5, 0, 6) }
    package var supportsUserGroups: Bool { self >= EngineVersion(6, 0) }
    package var supportsIAM: Bool { self >= EngineVersion(7, 0) }
    package var supportsSlowLogDelivery: Bool { self >= EngineVersion(6, 0) }
    package var supportsEngineLogDelivery: Bool { self >= EngineVersion(6, 2) }
    package var supportsDataTiering: Bool { self >= EngineVersion(6, 2) }
    package var supportsIPv6: Bool { self >= EngineVersion(6, 2) }
    package var supportsGlobalDatastore: Bool { self >= EngineVersion(5, 0, 6) }
    package var supportsAutoMinorVersionUpgrade: Bool { self >= EngineVersion(6, 0) }
    /// `appendonly` in parameter groups.
    package var supportsAppendOnly: Bool { self < EngineVersion(2, 8, 22) }
    /// Nodes, and so node groups, that a cluster may be allowed at most.
    package var maximumClusterNodes: Int { self >= EngineVersion(5, 0, 6) ? 500 : 250 }
}
