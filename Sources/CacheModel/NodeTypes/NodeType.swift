/// A size of node: what it gives the engine and what it can do.
package struct NodeType: Sendable, Equatable {
    package enum Generation: String, Sendable {
        case current
        case previous
    }

    package enum Feature: String, Sendable, CaseIterable {
        case valkey
        /// TLS and encryption at rest.
        case encryption
        case failover
        case snapshots
        /// Data partly on disks: such types must have it switched on.
        case tiering
        /// IPv6 and dual stack.
        case ipv6
        case durability
        /// Global datastores.
        case global
    }

    /// `cache.m5.large`
    package let name: String
    /// `m5`
    package let family: String
    package let generation: Generation
    /// Bytes.
    package let maxmemory: Int
    package let maxclients: Int
    /// Bytes: the hard and the soft limit of the buffer that a primary keeps per replica.
    package let outputBufferLimit: Int
    /// Nil where the type is for Valkey only.
    package let minimumRedisVersion: EngineVersion?
    package let features: Set<Feature>

    package init(
        name: String, family: String, generation: Generation, maxmemory: Int, maxclients: Int, outputBufferLimit: Int,
        minimumRedisVersion: EngineVersion?, features: Set<Feature>
    ) {
        self.name = name
        self.family = family
        self.generation = generation
        self.maxmemory = maxmemory
        self.maxclients = maxclients
        self.outputBufferLimit = outputBufferLimit
        self.minimumRedisVersion = minimumRedisVersion
        self.features = features
    }

    package var valkeyOnly: Bool { minimumRedisVersion == nil }
    package var supportsValkey: Bool { features.contains(.valkey) }
    package var supportsEncryption: Bool { features.contains(.encryption) }
    package var supportsAutomaticFailover: Bool { features.contains(.failover) }
    package var supportsSnapshots: Bool { features.contains(.snapshots) }
    package var hasDataTiering: Bool { features.contains(.tiering) }

    /// Whether the service offers an engine's version on this type.
    package func supports(_ engine: EngineKind, _ version: EngineVersion) -> Bool {
        switch engine {
        case .redis: minimumRedisVersion.map { $0 <= version } ?? false
        case .valkey: supportsValkey
        }
    }
}
