import CacheModel
import ElastiCacheAPI

/// What CreateReplicationGroup demands of a parameter. Each rule stands once, under the name of the parameter that a caller would look for.
struct CreationRule<Subject>: Sendable {
    let parameter: String
    /// Throws the fault, if the rule is broken.
    let check: @Sendable (Subject) throws -> Void

    init(_ parameter: String, _ check: @escaping @Sendable (Subject) throws -> Void) {
        self.parameter = parameter
        self.check = check
    }
}

/// A request to create a group, by itself: what `ValueRules` look at.
struct CreationRequest: Sendable {
    let input: API.CreateReplicationGroupMessage
    let context: RequestContext
}

/// The same, and what was made of it: what `FeatureRules` look at.
struct ShapedCreation: Sendable {
    let input: API.CreateReplicationGroupMessage
    let context: RequestContext
    let engine: EngineChoice
    let topology: Topology

    var nodeType: NodeType { engine.nodeType }
    var version: EngineVersion { engine.version }
    var isEncryptedInTransit: Bool { input.transitEncryptionEnabled == true }
    /// Valkey is unless the request says otherwise.
    var isEncryptedAtRest: Bool { input.atRestEncryptionEnabled ?? (engine.kind == .valkey && nodeType.supportsEncryption) }
}
