import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// `EngineVersion`, `CacheNodeType` and `CacheParameterGroupName` of a Memcached cluster, and whether they fit together.
struct MemcachedChoice {
    let release: MemcachedRelease
    let nodeType: NodeType
    /// In lower case.
    let parameterGroup: String

    init(_ input: API.CreateCacheClusterMessage, _ context: RequestContext) throws {
        guard let typeName = input.cacheNodeType else { throw ServiceFault.missing("CacheNodeType") }
        _ = try Self.nodeType(typeName, for: nil, context)
        guard let release = MemcachedRelease.named(input.engineVersion) else {
            throw ServiceFault.combination(
                "Cannot find version \(input.engineVersion ?? "") for memcached. The parameter EngineVersion names no version of it.")
        }
        self.release = release
        nodeType = try Self.nodeType(typeName, for: release, context)
        parameterGroup = input.cacheParameterGroupName?.lowercased() ?? DefaultParameterGroup(of: release.family).name
    }

    /// `CacheNodeType`, if the version runs on it; nil: any version.
    static func nodeType(_ name: String, for release: MemcachedRelease?, _ context: RequestContext) throws -> NodeType {
        guard let type = context.nodeTypes[name] else {
            throw ServiceFault.value("Invalid Cache Node Type: \(name). The parameter CacheNodeType names no node type.")
        }
        if let release, !release.runs(on: type) {
            throw ServiceFault.combination(
                "The parameter CacheNodeType \(type.name) is not available with memcached EngineVersion \(release.name).")
        }
        return type
    }

    /// Checks the parameter group, and refers to it in the draft, so that it is not removed at the same moment.
    static func refer(to name: String, for family: ParameterFamily, in realm: Realm, _ draft: inout Draft) throws {
        guard let group = draft.state.parameterGroup(name, in: realm) else { throw ServiceFault.noParameterGroup(name) }
        try ParameterGroupFit.check(group, for: MemcachedRelease.engine, family: family.name)
        try draft.refer(to: group, in: realm)
    }
}
