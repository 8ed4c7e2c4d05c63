import CacheModel
package import Engine
import Planning

/// The engine builds of this machine, looked for when first wanted, and again when one is missing.
package actor InstalledEngines {
    private let discover: @Sendable () async -> EngineCatalog
    private var known: EngineCatalog?
    private var isLooking = false
    private var waiting: [CheckedContinuation<EngineCatalog, Never>] = []
    private let tryOut: Trial
    nonisolated let access: AccessTrials
    private var tried: [TriedSetting: String?] = [:]
    /// By the arguments.
    private var triedMemcached: [[String]: [String: String]] = [:]

    /// Asks the build at a path whether it takes settings: see `SettingTrial`.
    package typealias Trial = @Sendable (_ settings: [(name: String, value: String)], _ path: String) async -> [String?]?

    package init(
        tryOut: @escaping Trial = { await SettingTrial.refusals(of: $0, by: $1) }, access: AccessTrials = AccessTrials(),
        discover: @escaping @Sendable () async -> EngineCatalog
    ) {
        self.access = access
        self.tryOut = tryOut
        self.discover = discover
    }

    package func catalog() async -> EngineCatalog {
        if let known { return known }
        return await look()
    }

    /// The builds, looked for again if one of a group's own is not among them: it may have come back.
    func catalog(with builds: [BuildReference]) async -> EngineCatalog {
        let known = await catalog()
        return builds.allSatisfy { build in known.builds.contains { $0.path == build.path } } ? known : await look()
    }

    /// Looks again: somebody may have installed what was missing. Callers at the same time share one look.
    func look() async -> EngineCatalog {
        if isLooking {
            return await withCheckedContinuation { waiting.append($0) }
        }
        isLooking = true
        let found = await discover()
        known = found
        isLooking = false
        let others = waiting
        waiting = []
        for other in others { other.resume(returning: found) }
        return found
    }

    /// The build that serves a release, with TLS if the group is to be encrypted; nil if none that is installed can.
    func build(for release: EngineRelease, encrypted: Bool = false) async -> BuildReference? {
        if let build = await catalog().build(for: release, encrypted: encrypted) { return build }
        return await look().build(for: release, encrypted: encrypted)
    }

    /// For each setting what a build says if it does not take it. Nil: it could not be asked.
    func refusals(of settings: [WantedParameters.Setting], by build: BuildReference) async -> [String?]? {
        let keys = settings.map { TriedSetting(name: $0.name, value: $0.value, build: build) }
        let new = keys.filter { tried[$0] == nil }
        if !new.isEmpty {
            guard let answers = await tryOut(new.map { (name: $0.name, value: $0.value) }, build.path) else { return nil }
            for (key, answer) in zip(new, answers) { remember(key, answer) }
        }
        return keys.map { tried[$0] ?? nil }
    }

    /// Of the parameters that were chosen those that a build of Memcached does not take, with its words. One that could not be asked is started
    /// with all of them: if it ends for one, that is told like any other end.
    func refusals(of options: MemcachedOptions, otherwise defaults: [String: String], by build: MemcachedBuild) async -> [String: String] {
        let key = ["\(build.path) \(build.version)"] + options.arguments(for: build)
        if let known = triedMemcached[key] { return known }
        guard let refused = await MemcachedTrial.refusals(of: options, otherwise: defaults, by: build) else { return [:] }
        if triedMemcached.count > 1000 { triedMemcached = [:] }
        triedMemcached[key] = refused
        return refused
    }

    /// What a node of a build said itself need not be tried out.
    func remember(_ refused: [Int: String], of settings: [WantedParameters.Setting], by build: BuildReference) {
        for (place, setting) in settings.enumerated() where !setting.changed.isEmpty {
            remember(TriedSetting(name: setting.name, value: setting.value, build: build), refused[place])
        }
    }

    private func remember(_ key: TriedSetting, _ answer: String?) {
        // Enough for every group to have many of its own; what is forgotten is tried out again.
        if tried.count > 10_000 { tried = [:] }
        tried[key] = .some(answer)
    }
}

private struct TriedSetting: Hashable {
    let name: String
    let value: String
    let build: String

    init(name: String, value: String, build: BuildReference) {
        self.name = name
        self.value = value
        self.build = "\(build.path) \(build.version)"
    }
}
