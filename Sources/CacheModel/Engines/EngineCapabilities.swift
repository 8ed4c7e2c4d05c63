// What the service offers from which version on. Valkey's numbers go on where Redis's end, so one comparison serves both.
extension EngineVersion {
    package var supportsClusterMode: Bool { self >= EngineVersion(3, 2, 4) }
    package var supportsAutomaticFailover: Bool { self >= EngineVersion(2, 8, 6) }
    /// TLS and encryption at rest. They came with 3.2.6, were gone again in 3.2.10, and stayed from 4.0.10 on.
    package var supportsEncryption: Bool { self == EngineVersion(3, 2, 6) || self >= EngineVersion(4, 0, 10) }
    package var supportsScalingDown: Bool { self >= EngineVersion(3, 2, 10) }
    /// Another AUTH token than that of the creation.
    package var supportsTokenChange: Bool { self >= EngineVersion(5, 0, 6) }
    package var supportsTransitEncryptionMode: Bool { self >= EngineVersion(7, 0, 5) }
    /// `appendonly` in parameter groups.
    package var supportsAppendOnly: Bool { self < EngineVersion(2, 8, 22) }
    /// Nodes, and so node groups, that a cluster may be allowed at most.
    package var maximumClusterNodes: Int { self >= EngineVersion(5, 0, 6) ? 500 : 250 }
}
