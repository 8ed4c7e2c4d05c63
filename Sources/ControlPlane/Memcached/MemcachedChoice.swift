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
        parameterGroup = input.cacheParameterGroupName?.lowercased() ?? release.family.defaultGroup
    }

    /// Checks the parameter group, and refers to it in the draft, so that it is not removed at the same moment.
    static func refer(to name: String, for family: MemcachedFamily, in realm: Realm, _ draft: inout Draft) throws {
        let found: String
        if let standard = MemcachedFamily.ofDefaultGroup(name) {
            found = standard.name
        } else if let other = DefaultParameterGroup(name: name) {
            found = other.family.name
        } else if let group = draft.resource(ParameterGroup.self, name, in: realm) {
            found = group.family
            if MemcachedFamily.named(found) != nil { try draft.put(group) }
        } else {
            throw ServiceFault(.cacheParameterGroupNotFound, "CacheParameterGroup not found: \(name) (CacheParameterGroupName)")
        }
        if let engine = ParameterFamily(found)?.engine, MemcachedFamily.named(found) == nil {
            throw ServiceFault.combination("\(engine.rawValue) parameter group is not applicable to engine memcached")
        }
        guard found == family.name else {
            throw ServiceFault.combination(
                "Expected a parameter group of family \(family.name) but found one of family \(found) (CacheParameterGroupName)")
        }
    }
}
