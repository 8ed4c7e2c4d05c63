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
        guard let nodeType = context.nodeTypes[typeName] else {
            throw ServiceFault.value("Invalid Cache Node Type: \(typeName). The parameter CacheNodeType names no node type.")
        }
        guard let release = MemcachedRelease.named(input.engineVersion) else {
            throw ServiceFault.combination(
                "Cannot find version \(input.engineVersion ?? "") for memcached. The parameter EngineVersion names no version of it.")
        }
        guard release.runs(on: nodeType) else {
            throw ServiceFault.combination(
                "The parameter CacheNodeType \(nodeType.name) is not available with memcached EngineVersion \(release.name).")
        }
        self.release = release
        self.nodeType = nodeType
        parameterGroup = input.cacheParameterGroupName?.lowercased() ?? DefaultParameterGroup(of: release.family).name
    }

    /// Checks the parameter group, and refers to it in the draft, so that it is not removed at the same moment.
    static func refer(to name: String, for family: ParameterFamily, in realm: Realm, _ draft: inout Draft) throws {
        guard let group = draft.state.parameterGroup(name, in: realm) else { throw ServiceFault.noParameterGroup(name) }
        try ParameterGroupFit.check(group, for: MemcachedRelease.engine, family: family.name)
        try draft.refer(to: group, in: realm)
    }
}
