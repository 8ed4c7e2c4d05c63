import CacheModel

/// The parameters of a cluster's nodes, as its parameter group says now. None takes effect before a node is started again.
struct MemcachedParameters {
    /// What the group changed.
    let chosen: [String: String]
    /// By the service's names.
    let effective: [String: String]

    init(of cluster: MemcachedCluster, _ nodeTypes: NodeTypeCatalog, in state: borrowing WorldState) {
        let group = state.resource(ParameterGroup.self, cluster.parameterGroup, in: cluster.realm)
        let family = group.map { MemcachedFamily.named($0.family) } ?? MemcachedFamily.ofDefaultGroup(cluster.parameterGroup)
        let changes = group?.changes ?? [:]
        guard let family, let type = nodeTypes[cluster.nodeType] else {
            chosen = changes
            effective = changes
            return
        }
        chosen = changes.filter { family.defaults[$0.key] != $0.value }
        effective = family.effectiveParameters(changed: changes, nodeType: type)
    }

    /// The nodes that run with others.
    func outdated(of cluster: MemcachedCluster) -> [String] {
        cluster.standing.filter { $0.startedWith.map { $0 != chosen } ?? false }.map(\.id)
    }
}
