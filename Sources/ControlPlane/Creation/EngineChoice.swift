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

    /// `parameterGroup` finds the account's parameter group of a name.
    init(_ input: API.CreateReplicationGroupMessage, parameterGroup: (String) -> ParameterGroupDefinition?) throws {
        guard let typeName = input.cacheNodeType else { throw ServiceFault.missing("CacheNodeType") }
        guard let nodeType = NodeType(typeName) else {
            throw ServiceFault.value("Invalid Cache Node Type: \(typeName). The parameter CacheNodeType names no node type.")
        }
        let kind = try Self.engine(input.engine)
        let release: EngineRelease
        do {
            release = try EngineVersionCatalog.resolve(engine: kind, version: input.engineVersion)
        } catch {
            throw ServiceFault.combination(
                "Cannot find version \(input.engineVersion ?? "") for \(kind.rawValue). The parameter EngineVersion names no version of it."
            )
        }
        self.release = release
        self.nodeType = nodeType
        namedGroup = try input.cacheParameterGroupName.map { name in
            guard let group = parameterGroup(name) else { throw ServiceFault.noParameterGroup(name) }
            try ParameterGroupFit.check(group, for: kind, family: release.family)
            return group
        }
        guard let family = ParameterFamily(release.family) else {
            throw ServiceFault.combination("Cannot find version \(release.name) for \(kind.rawValue).")
        }
        self.family = family
        guard nodeType.supports(kind, release.fullVersion) else {
            throw ServiceFault.combination(
                "The parameter CacheNodeType \(nodeType.name) is not available with \(kind.rawValue) EngineVersion \(release.name).")
        }
        if nodeType.hasDataTiering {
            throw ServiceFault.combination(
                "When using the \(nodeType.name) node type, you must enable data tiering. (CacheNodeType, DataTieringEnabled)")
        }
    }

    private static func engine(_ name: String?) throws -> EngineKind {
        guard let name else { return .redis }
        do {
            return try EngineKind(named: name)
        } catch {
            throw ServiceFault.value("Invalid value for the parameter Engine: \(name). Allowed values are redis and valkey.")
        }
    }
}
