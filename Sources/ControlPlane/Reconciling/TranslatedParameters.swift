import CacheModel
import Engine
import Planning

/// A group's parameters as they were translated last: the same as long as what they are made of is.
struct TranslatedParameters {
    private struct Basis: Equatable {
        let parameterGroup: String
        let version: Int64?
        let nodeType: String
        let engineVersion: String
        let build: BuildReference
    }

    private var basis: Basis?
    private var known: NodeParameters?

    /// Nil while the record of the parameter group can't be read, or the build is not installed: then nothing is changed.
    mutating func wanted(
        _ group: ReplicationGroup, in world: World, _ catalog: EngineCatalog, _ nodeTypes: NodeTypeCatalog
    ) -> WantedParameters? {
        let key = ResourceKey(realm: group.realm, name: group.parameterGroup)
        let now = world.read { state in
            Basis(
                parameterGroup: group.parameterGroup, version: state.parameterGroups[key]?.version, nodeType: group.nodeType,
                engineVersion: group.fullEngineVersion, build: group.build)
        }
        if now == basis, let known { return known.wanted }
        guard now.version != nil || DefaultParameterGroup(name: group.parameterGroup) != nil else { return nil }
        known = world.read { Self.translate(group, in: $0, catalog, nodeTypes) }
        basis = now
        return known?.wanted
    }

    /// Where the record of the parameter group can't be read, the family's defaults: for a node that is to be started in spite of that.
    static func translate(
        _ group: ReplicationGroup, in state: borrowing WorldState, _ catalog: EngineCatalog, _ nodeTypes: NodeTypeCatalog
    ) -> NodeParameters? {
        // The one that the group is leaving may be gone.
        guard let build = group.builds.lazy.compactMap({ known in catalog.builds.first { $0.path == known.path } }).first,
            let definition = state.parameterGroup(group.parameterGroup, in: group.realm) ?? fallback(group)
        else { return nil }
        return NodeParameters(definition, of: group, build, nodeTypes)
    }

    private static func fallback(_ group: ReplicationGroup) -> ParameterGroupDefinition? {
        EngineVersionCatalog.releases.first { $0.engine == group.engine && $0.name == group.engineVersion }
            .flatMap { ParameterFamily($0.family) }
            .flatMap { DefaultParameterGroup(family: $0, clusterOn: group.clusterEnabled) }
            .map(ParameterGroupDefinition.init)
    }
}
