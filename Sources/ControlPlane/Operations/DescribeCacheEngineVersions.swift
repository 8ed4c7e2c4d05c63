import AWSProtocol
import CacheModel
import ElastiCacheAPI
import Engine

/// The versions that the real service has, and for each, openly, which installed build serves it.
struct DescribeCacheEngineVersions: Handler {
    typealias Call = API.Operations.DescribeCacheEngineVersions

    private let engines: InstalledEngines

    init(_ environment: HandlerEnvironment) {
        engines = environment.engines
    }

    func handle(_ input: Call.Input, _ context: RequestContext) async throws -> Call.Output {
        let paging = try Paging(maxRecords: input.maxRecords, marker: input.marker)
        var releases = EngineVersionCatalog.releases
        if let engine = input.engine?.lowercased() { releases = releases.filter { $0.engine.rawValue == engine } }
        if let version = input.engineVersion {
            // `6.x` is how clients spell the newest 6.
            let name = version == "6.x" ? "6.2" : version
            releases = releases.filter { $0.name == name || $0.fullVersion.description == name }
        }
        if let family = input.cacheParameterGroupFamily { releases = releases.filter { $0.family == family } }
        if input.defaultOnly == true {
            let isNarrowed = input.engineVersion != nil || input.cacheParameterGroupFamily != nil
            releases = releases.filter { EngineVersionCatalog.isDefault($0, ofItsFamily: isNarrowed) }
        }
        let catalog = await engines.catalog()
        // By engine and then by version, both as texts.
        let rows = MemcachedVersions.answers(input, catalog) + releases.map { answer($0, catalog) }
        let page = paging.page(rows) { "\($0.engine ?? "") \($0.engineVersion ?? "")" }
        return Call.Output(marker: page.marker, cacheEngineVersions: page.items)
    }

    private func answer(_ release: EngineRelease, _ catalog: EngineCatalog) -> API.CacheEngineVersion {
        API.CacheEngineVersion(
            engine: release.engine.rawValue,
            engineVersion: release.name,
            cacheParameterGroupFamily: release.family,
            cacheEngineDescription: release.engine.title,
            cacheEngineVersionDescription: "\(release.versionDescription)\(servedBy(release, catalog))")
    }

    private func servedBy(_ release: EngineRelease, _ catalog: EngineCatalog) -> String {
        guard let build = catalog.build(for: release) else { return " (no installed engine serves it)" }
        return " (served by \(build.engine.rawValue) \(build.version))"
    }
}
