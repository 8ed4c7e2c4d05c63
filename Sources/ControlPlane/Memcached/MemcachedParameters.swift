import CacheModel

/// The parameters of a cluster's nodes, as its parameter group says now. None takes effect before a node is started again.
struct MemcachedParameters: Sendable {
    /// What the group changed, and the cluster's version knows.
    let chosen: [String: String]
    /// By the service's names.
    let effective: [String: String]
    /// What they are where nobody chose.
    let defaults: [String: String]
    /// What the group changed, and the cluster's version is too old for.
    let tooNew: [ParameterWithoutEffect]

    /// None at all where the parameter group or the node type can't be read.
    init(of cluster: MemcachedCluster, _ nodeTypes: NodeTypeCatalog, in state: borrowing WorldState) {
        guard let group = state.parameterGroup(cluster.parameterGroup, in: cluster.realm), let type = nodeTypes[cluster.nodeType],
            let version = EngineVersion(cluster.engineVersion)
        else {
            (chosen, effective, defaults, tooNew) = ([:], [:], [:], [])
            return
        }
        let all = group.effective(nodeType: type, version: version)
        chosen = Self.named(all.values.filter(\.isChanged))
        effective = Self.named(all.values)
        defaults = group.family.effectiveParameters(changed: [:], nodeType: type, version: version)
        tooNew = all.tooNew.map { name, version in
            ParameterWithoutEffect(name: name, value: group.changes[name] ?? "", reason: "it needs engine version \(version) or later")
        }
    }

    private static func named(_ values: [EffectiveParameters.Value]) -> [String: String] {
        Dictionary(values.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
    }

    /// The nodes that run with others.
    func outdated(of cluster: MemcachedCluster) -> [String] {
        cluster.standing.filter { $0.startedWith.map { $0 != chosen } ?? false }.map(\.id)
    }
}
