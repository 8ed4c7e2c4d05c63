import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// `Engine`, `EngineVersion`, `CacheParameterGroupName`, `CacheNodeType`, and whether they fit together.
struct EngineChoice {
    let release: EngineRelease
    let nodeType: NodeType
    /// Nil if the request names none: the topology then decides which of the family's default groups it is.
    let namedGroup: ParameterGroupDefinition?
    let family: ParameterFamily

    var kind: EngineKind { release.engine }
    var version: EngineVersion { release.fullVersion }

    /// Of a request that `ValueRules` have nothing against. `parameterGroup` finds the account's parameter group of a name.
    init(
        _ input: API.CreateReplicationGroupMessage, _ context: RequestContext, parameterGroup: (String) -> ParameterGroupDefinition?
    ) throws {
        let namedGroup = try input.cacheParameterGroupName.map { name in
            guard let group = parameterGroup(name) else { throw ServiceFault.noParameterGroup(name) }
            return group
        }
        guard let nodeType = input.cacheNodeType.flatMap({ context.nodeTypes[$0] }) else { throw ServiceFault.missing("CacheNodeType") }
        let kind = try Self.engine(input.engine)
        let release: EngineRelease
        do {
            release = try EngineVersionCatalog.resolve(engine: kind, version: input.engineVersion)
        } catch {
            throw ServiceFault.combination(
                "Cannot find version \(input.engineVersion ?? "") for \(kind.rawValue). The parameter EngineVersion names no version of it."
            )
        }
        if let namedGroup { try ParameterGroupFit.check(namedGroup, for: kind.rawValue, family: release.family) }
        guard let family = ParameterFamily(release.family) else {
            throw ServiceFault.combination("Cannot find version \(release.name) for \(kind.rawValue).")
        }
        guard nodeType.supports(kind, release.fullVersion) else {
            throw ServiceFault.combination(
                "The parameter CacheNodeType \(nodeType.name) is not available with \(kind.rawValue) EngineVersion \(release.name).")
        }
        (self.release, self.nodeType, self.namedGroup, self.family) = (release, nodeType, namedGroup, family)
    }

    /// `Engine`, in any case.
    static func engine(_ name: String?) throws -> EngineKind {
        guard let name else { return .redis }
        do {
            return try EngineKind(named: name)
        } catch {
            throw ServiceFault.value("Invalid value for the parameter Engine: \(name). Allowed values are redis and valkey.")
        }
    }
}
