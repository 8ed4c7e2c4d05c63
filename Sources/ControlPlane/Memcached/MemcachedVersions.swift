import CacheModel
import ElastiCacheAPI
import Engine

/// The versions of Memcached in DescribeCacheEngineVersions, and for each, openly, which installed build serves it.
enum MemcachedVersions {
    static func answers(_ input: API.DescribeCacheEngineVersionsMessage, _ catalog: EngineCatalog) -> [API.CacheEngineVersion] {
        if let engine = input.engine?.lowercased(), engine != MemcachedRelease.engine { return [] }
        let isNarrowed = input.engineVersion != nil || input.cacheParameterGroupFamily != nil
        return MemcachedRelease.all.filter { release in
            (input.engineVersion ?? release.name) == release.name
                && (input.cacheParameterGroupFamily ?? release.family.name) == release.family.name
                && (input.defaultOnly != true || release.isDefault(ofItsFamily: isNarrowed))
        }.map { answer($0, catalog) }
    }

    private static func answer(_ release: MemcachedRelease, _ catalog: EngineCatalog) -> API.CacheEngineVersion {
        let build: MemcachedBuildReference? = catalog.build(for: release)
        let served = build.map { " (served by \(MemcachedRelease.engine) \($0.version))" } ?? " (no installed engine serves it)"
        return API.CacheEngineVersion(
            engine: MemcachedRelease.engine, engineVersion: release.name, cacheParameterGroupFamily: release.family.name,
            cacheEngineDescription: MemcachedRelease.engine, cacheEngineVersionDescription: release.versionDescription + served)
    }
}
