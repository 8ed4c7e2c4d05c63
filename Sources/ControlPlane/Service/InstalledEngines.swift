import CacheModel
package import Engine

/// The engine builds of this machine, looked for when first wanted, and again when one is missing.
package actor InstalledEngines {
    private let discover: @Sendable () async -> EngineCatalog
    private var known: EngineCatalog?
    private var isLooking = false
    private var waiting: [CheckedContinuation<EngineCatalog, Never>] = []

    package init(discover: @escaping @Sendable () async -> EngineCatalog) {
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

    /// The build that serves a release; nil if none that is installed can.
    func build(for release: EngineRelease) async -> BuildReference? {
        if let build = await catalog().build(for: release) { return build }
        return await look().build(for: release)
    }
}
