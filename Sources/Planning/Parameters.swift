package import CacheModel

/// The parameters that a group's nodes are to run with, in the words of its engine build.
package struct WantedParameters: Sendable, Equatable {
    /// What can be set while a node runs.
    package struct Setting: Sendable, Equatable {
        package let name: String
        package let value: String
        /// The parameters of the group that it is made of and that have a value of the group's own: name to value.
        package let changed: [String: String]

        package init(name: String, value: String, changed: [String: String] = [:]) {
            self.name = name
            self.value = value
            self.changed = changed
        }
    }

    package let fingerprints: ParameterFingerprints
    package let settings: [Setting]
    /// What the parameter group changed, and no node of this build makes anything of.
    package let withoutEffect: [ParameterWithoutEffect]

    package init(fingerprints: ParameterFingerprints, settings: [Setting], withoutEffect: [ParameterWithoutEffect] = []) {
        self.fingerprints = fingerprints
        self.settings = settings
        self.withoutEffect = withoutEffect
    }

    /// What a node runs with that was given the settings, of which it refused some: by their places, with its words.
    package func given(to running: RunningParameters?, refused: [Int: String]) -> RunningParameters {
        RunningParameters(
            immediate: fingerprints.immediate, atStart: running?.atStart ?? fingerprints.atStart,
            withoutEffect: withoutEffect(besides: refused))
    }

    package func withoutEffect(besides refused: [Int: String]) -> [ParameterWithoutEffect] {
        let refusals = refused.flatMap { place, words in
            settings[place].changed.map { ParameterWithoutEffect(name: $0.key, value: $0.value, reason: "the engine refuses it: \(words)") }
        }
        return (withoutEffect + refusals).sorted { $0.name < $1.name }
    }
}

/// Parameters of the parameter group that came after a node was started.
enum Parameters {
    /// Whoever answers is told, whatever its role. Those that count from a start only wait for it.
    static func plan(_ group: ReplicationGroup, _ observed: ObservedGroup) -> Plan {
        guard let wanted = observed.parameters else { return Plan() }
        let late = group.members.filter { member in
            observed[member].engine.state != nil && member.parameters?.immediate != wanted.fingerprints.immediate
        }
        return late.isEmpty ? Plan() : .do(.configure(members: late.map(\.id), wanted))
    }
}
