/// A version that may be asked for.
package struct EngineRelease: Sendable, Equatable {
    package let engine: EngineKind
    /// As the API names it: `7.0`, `5.0.6`.
    package let name: String
    /// As clusters report it: `7.0.7`.
    package let fullVersion: EngineVersion
    /// The parameter groups that fit: `redis7`.
    package let family: String

    /// `CacheEngineVersionDescription`
    package var versionDescription: String { "\(engine.rawValue) version \(fullVersion)" }
}

/// The versions that the service has or had: old ones stay, since documented examples and old templates name them.
package enum EngineVersionCatalog {
    package enum Failure: Error, Equatable {
        case notFound
    }

    /// What an absent version means. Redis: the newest that the service has. Valkey: the specification names none; 8.0 is what
    /// installed builds of Valkey 8 and 9 can all serve.
    package static func defaultName(_ engine: EngineKind) -> String {
        switch engine {
        case .redis: "7.1"
        case .valkey: "8.0"
        }
    }

    /// Whether a release is its engine's default; or its family's, which is the newest where the engine's is in another.
    package static func isDefault(_ release: EngineRelease, ofItsFamily: Bool) -> Bool {
        if release.name == defaultName(release.engine) { return true }
        guard ofItsFamily else { return false }
        let family = releases.filter { $0.family == release.family }
        guard !family.contains(where: { $0.name == defaultName($0.engine) }) else { return false }
        return family.max { $0.fullVersion < $1.fullVersion } == release
    }

    /// By engine and then by name, both as texts (2.8.19 before 2.8.6), the order of DescribeCacheEngineVersions.
    package static let releases = table.sorted { ($0.engine.rawValue, $0.name) < ($1.engine.rawValue, $1.name) }

    /// The release for a version as the API takes it. Nil and the empty text mean the default, `6.x` the newest 6.
    package static func resolve(engine: EngineKind, version: String?) throws(Failure) -> EngineRelease {
        var name = version ?? ""
        if name.isEmpty { name = defaultName(engine) }
        if engine == .redis, name == "6.x" { name = "6.2" }
        guard let release = releases.first(where: { $0.engine == engine && $0.name == name }) else { throw .notFound }
        return release
    }

    private static let table: [EngineRelease] =
        exact(["2.6.13"], "redis2.6")
        + exact(["2.8.6", "2.8.19", "2.8.21", "2.8.22", "2.8.23", "2.8.24"], "redis2.8")
        + exact(["3.2.4", "3.2.6", "3.2.10"], "redis3.2")
        + exact(["4.0.10"], "redis4.0")
        + exact(["5.0.0", "5.0.3", "5.0.4", "5.0.5", "5.0.6"], "redis5.0")
        + [
            minor(.redis, 6, 0, patch: 5, "redis6.x"),
            minor(.redis, 6, 2, patch: 6, "redis6.x"),
            minor(.redis, 7, 0, patch: 7, "redis7"),
            minor(.redis, 7, 1, patch: 0, "redis7"),
            minor(.valkey, 7, 2, patch: 6, "valkey7"),
            minor(.valkey, 8, 0, patch: 1, "valkey8"),
            minor(.valkey, 8, 1, patch: 0, "valkey8"),
            minor(.valkey, 8, 2, patch: 0, "valkey8"),
            minor(.valkey, 9, 0, patch: 0, "valkey9"),
            minor(.valkey, 9, 1, patch: 0, "valkey9"),
        ]

    /// Up to 5, Redis versions are asked for in full.
    private static func exact(_ names: [String], _ family: String) -> [EngineRelease] {
        names.compactMap { name in
            EngineVersion(name).map { EngineRelease(engine: .redis, name: name, fullVersion: $0, family: family) }
        }
    }

    /// From 6 on only major and minor are asked for; the patch is the service's to choose.
    private static func minor(_ engine: EngineKind, _ major: Int, _ minor: Int, patch: Int, _ family: String) -> EngineRelease {
        EngineRelease(engine: engine, name: "\(major).\(minor)", fullVersion: EngineVersion(major, minor, patch), family: family)
    }
}
