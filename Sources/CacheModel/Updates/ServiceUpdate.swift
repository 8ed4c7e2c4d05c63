#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// A newer patch of an engine that an account's groups run on: it was found installed, and a group may go over to it.
package struct ServiceUpdate: NamedResource {
    package static let recordKind = "service-update"

    package let realm: Realm
    /// `redis-7-0-16`
    package let name: String
    package var build: BuildReference
    /// When it was first seen.
    package let releaseDate: Date
    /// None: the API tags no updates.
    package var tags: [Tag] = []

    package init(realm: Realm, build: BuildReference, releaseDate: Date) {
        self.realm = realm
        self.name = Self.name(of: build)
        self.build = build
        self.releaseDate = releaseDate
    }

    package static func name(of build: BuildReference) -> String {
        "\(build.engine.rawValue)-\(String(build.version.map { $0 == "." ? "-" : $0 }))"
    }
}

extension BuildReference {
    /// Whether it is a later patch of the same engine's same minor version.
    package func isNewerPatch(of other: BuildReference) -> Bool {
        guard engine == other.engine, path != other.path, let mine = EngineVersion(version), let theirs = EngineVersion(other.version)
        else { return false }
        return (mine.major, mine.minor) == (theirs.major, theirs.minor) && mine > theirs
    }
}
