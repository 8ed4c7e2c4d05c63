/// A parameter group that clusters may use: a default one, or one that an account has made.
package struct ParameterGroupDefinition: Sendable, Equatable {
    package let name: String
    package let family: ParameterFamily
    package let description: String
    /// What differs from the family's defaults.
    package let changes: [String: String]
    /// Whether every account has it, and nobody can change it.
    package let isDefault: Bool

    package init(_ group: DefaultParameterGroup) {
        name = group.name
        family = group.family
        description = group.description
        changes = group.changes
        isDefault = true
    }

    /// Nil for a family that is not served.
    package init?(_ group: ParameterGroup) {
        guard let family = ParameterFamily(group.family) else { return nil }
        name = group.name
        self.family = family
        description = group.description
        changes = group.changes
        isDefault = false
    }

    /// Nil for a parameter that the family does not have.
    package func value(of parameter: String) -> String? { changes[parameter] ?? family.parameter(parameter)?.value }

    /// Whether those who use it run with cluster mode.
    package var clusterOn: Bool { value(of: "cluster-enabled") == "yes" }

    /// The values of parameters that are settled while a group is used.
    package var settled: [String: String] {
        Dictionary(
            family.parameters.filter(\.isSettledInUse).map { ($0.name, changes[$0.name] ?? $0.value) },
            uniquingKeysWith: { first, _ in first })
    }

    package func effective(nodeType: NodeType, version: EngineVersion) -> EffectiveParameters {
        EffectiveParameters(self, nodeType: nodeType, version: version)
    }
}
