/// A parameter group that every account has: `default.redis7`, and with cluster mode `default.redis7.cluster.on`.
package struct DefaultParameterGroup: Sendable, Equatable {
    package let family: ParameterFamily
    package let clusterOn: Bool

    private static let prefix = "default."
    private static let clusterSuffix = ".cluster.on"

    /// Nil for cluster mode in a family that has none.
    package init?(family: ParameterFamily, clusterOn: Bool) {
        guard family.hasClusterMode || !clusterOn else { return nil }
        self.family = family
        self.clusterOn = clusterOn
    }

    /// The one without cluster mode.
    package init(of family: ParameterFamily) {
        self.family = family
        clusterOn = false
    }

    /// Takes the name in any case; nil for any other group's.
    package init?(name: String) {
        var rest = name.lowercased()
        guard rest.hasPrefix(Self.prefix) else { return nil }
        rest.removeFirst(Self.prefix.count)
        let clusterOn = rest.hasSuffix(Self.clusterSuffix)
        if clusterOn { rest.removeLast(Self.clusterSuffix.count) }
        guard let family = ParameterFamily(rest) else { return nil }
        self.init(family: family, clusterOn: clusterOn)
    }

    package static let all: [DefaultParameterGroup] = ParameterFamily.all.flatMap { family in
        [false, true].compactMap { DefaultParameterGroup(family: family, clusterOn: $0) }
    }

    package var name: String { Self.prefix + family.name + (clusterOn ? Self.clusterSuffix : "") }

    package var description: String {
        clusterOn
            ? "Customized default parameter group for \(family.name) with cluster mode on"
            : "Default parameter group for \(family.name)"
    }

    /// What differs from the family's defaults.
    package var changes: [String: String] { clusterOn ? ["cluster-enabled": "yes"] : [:] }
}
