/// A version of Memcached that may be asked for.
package struct MemcachedRelease: Sendable, Equatable {
    package static let engine = "memcached"

    package let version: EngineVersion
    /// The parameter groups that fit: `memcached1.6`.
    package let family: ParameterFamily

    /// As the API names it, and as clusters report it.
    package var name: String { version.description }

    /// `CacheEngineVersionDescription`
    package var versionDescription: String { "\(Self.engine) version \(name)" }

    /// By name as a text (1.6.12 before 1.6.6), the order of DescribeCacheEngineVersions.
    package static let all: [MemcachedRelease] = [
        (ParameterFamily.memcached14, ["1.4.14", "1.4.24", "1.4.33", "1.4.34", "1.4.5"]),
        (.memcached15, ["1.5.10", "1.5.16"]),
        (.memcached16, ["1.6.12", "1.6.17", "1.6.22", "1.6.6"]),
    ].flatMap { family, names in
        names.compactMap { name in EngineVersion(name).map { MemcachedRelease(version: $0, family: family) } }
    }

    /// What an absent version means: the newest that the service has.
    package static let defaultName = "1.6.22"

    /// Nil and the empty text mean the default. Nil for a version that the service never had.
    package static func named(_ version: String?) -> MemcachedRelease? {
        let name = version.flatMap { $0.isEmpty ? nil : $0 } ?? defaultName
        return all.first { $0.name == name }
    }

    /// Whether it is what an absent version means, or, of its family, the newest.
    package func isDefault(ofItsFamily: Bool) -> Bool {
        guard ofItsFamily else { return name == Self.defaultName }
        return Self.all.filter { $0.family == family }.allSatisfy { $0.version <= version }
    }

    /// From this version on the service offers encryption in transit.
    package static let firstWithTLS = EngineVersion(1, 6, 12)

    /// From this version on the service offers IPv6.
    package static let firstWithIPv6 = EngineVersion(1, 6, 6)

    /// Whether the service offers Memcached on a type of node.
    package static func isServed(on type: NodeType) -> Bool { !type.hasDataTiering && !type.valkeyOnly }

    /// Whether the service offers this version on a type of node.
    package func runs(on type: NodeType) -> Bool {
        guard Self.isServed(on: type) else { return false }
        if type.family == "c7gn" { return version >= EngineVersion(1, 6, 6) }
        // The families with processors of the Arm architecture: m6g, r7g, t4g.
        return !type.family.hasSuffix("g") || version >= EngineVersion(1, 5, 16)
    }
}
