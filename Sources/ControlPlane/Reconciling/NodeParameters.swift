import CacheModel
import Engine
import Planning

/// The parameters of a group's nodes in the words of its engine build: for a node's file, and for one that runs.
struct NodeParameters: Sendable {
    /// What has its effect outside the engine's own parameters.
    private static let servedElsewhere: Set = [
        "cluster-enabled", ParameterFamily.reservedMemory, ParameterFamily.reservedMemoryPercent, BlockedCommands.parameter,
    ]

    let wanted: WantedParameters
    private let effective: EffectiveParameters
    private let defaults: [String: String]

    /// Nil for a node type or an engine version that is none.
    init?(_ definition: ParameterGroupDefinition, of group: ReplicationGroup, _ build: EngineBuild, _ nodeTypes: NodeTypeCatalog) {
        guard let nodeType = nodeTypes[group.nodeType], let version = EngineVersion(group.fullEngineVersion) else { return nil }
        let effective = definition.effective(nodeType: nodeType, version: version)
        let translated = FamilyParameters(
            effective.values.map { (name: $0.name, value: $0.value) }, for: build, isCluster: group.clusterEnabled)
        let byName = Dictionary(effective.values.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let settings = translated.lines.filter { line in line.parameters.allSatisfy { byName[$0]?.needsReboot == false } }
            .map { line in
                let changed = line.parameters.compactMap { byName[$0] }.filter(\.isChanged).map { ($0.name, $0.value) }
                return WantedParameters.Setting(
                    name: line.name, value: line.values.joined(separator: " "),
                    changed: Dictionary(changed, uniquingKeysWith: { first, _ in first }))
            }
        let unknown = translated.notApplied.filter { byName[$0.name]?.isChanged == true && !Self.servedElsewhere.contains($0.name) }
            .map { ParameterWithoutEffect(name: $0.name, value: $0.value, reason: Self.text($0.reason, build)) }
        let tooNew = effective.tooNew.map { name, version in
            ParameterWithoutEffect(name: name, value: definition.changes[name] ?? "", reason: "it needs engine version \(version) or later")
        }
        wanted = WantedParameters(
            fingerprints: effective.fingerprints, settings: settings, withoutEffect: (unknown + tooNew).sorted { $0.name < $1.name })
        defaults = Dictionary(definition.family.parameters.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        self.effective = effective
    }

    private static func text(_ reason: FamilyParameters.NotApplied.Reason, _ build: EngineBuild) -> String {
        switch reason {
        case .unknownToBuild: "\(build.kind.rawValue) \(build.version) has no such parameter"
        case .decidedByService: "Elastane decides it itself"
        case .noSuchValue: "\(build.kind.rawValue) \(build.version) has no such value"
        }
    }

    /// The settings that the parameter group has changed, by their places in `wanted`: what a build may refuse.
    var changed: [Int] { wanted.settings.indices.filter { !wanted.settings[$0].changed.isEmpty } }

    /// What a node is started with. `refused` are the settings that its build does not take, with its words; nil: it could not be asked. Then
    /// none of them is in its file, and it is told of them when it runs.
    func start(refused: [Int: String]?) -> StartParameters {
        let doubtful = refused.map { Array($0.keys) } ?? changed
        let leftOut = Set(doubtful.flatMap { wanted.settings[$0].changed.keys })
        let values = effective.values.map { value in
            (name: value.name, value: leftOut.contains(value.name) ? defaults[value.name] ?? value.value : value.value)
        }
        return StartParameters(
            values: values,
            running: RunningParameters(
                immediate: refused == nil ? nil : wanted.fingerprints.immediate, atStart: wanted.fingerprints.atStart,
                withoutEffect: wanted.withoutEffect(besides: refused ?? [:])))
    }
}

/// What a process is started with, and what is recorded of that.
struct StartParameters: Sendable {
    var values: [(name: String, value: String)]
    var running: RunningParameters
}

extension NodeParameters {
    func start(by engines: InstalledEngines, _ build: BuildReference) async -> StartParameters {
        let places = changed
        guard !places.isEmpty else { return start(refused: [:]) }
        let answers = await engines.refusals(of: places.map { wanted.settings[$0] }, by: build)
        return start(
            refused: answers.map { answers in
                zip(places, answers).reduce(into: [:]) { refused, answer in refused[answer.0] = answer.1 }
            })
    }
}
