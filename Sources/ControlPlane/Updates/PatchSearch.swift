import CacheModel
import Engine

/// Which installed builds are patches of those that groups run on.
enum PatchSearch {
    /// The highest patch of a build's minor version, if it is a later one and can do what the build can.
    static func newest(for build: BuildReference, in catalog: EngineCatalog) -> BuildReference? {
        let present = catalog.builds.first { $0.path == build.path }
        let fitting = catalog.builds.filter { candidate in
            guard let reference = BuildReference(candidate) else { return false }
            return reference.isNewerPatch(of: build) && reference.movesAddresses == build.movesAddresses
                && (candidate.servesTLS || present?.servesTLS == false)
        }
        // The catalog is ordered by path within a version: of several the first counts.
        guard let highest = fitting.map(\.version).max() else { return nil }
        return fitting.first { $0.version == highest }.flatMap { BuildReference($0) }
    }

    /// What the groups of every realm could go over to, each once.
    static func updates(for groups: [ReplicationGroup], in catalog: EngineCatalog) -> [(realm: Realm, build: BuildReference)] {
        var found: [(realm: Realm, build: BuildReference)] = []
        for group in groups where group.status != .deleting && group.status != .createFailed {
            guard let build = newest(for: group.build, in: catalog) else { continue }
            if !found.contains(where: { $0.realm == group.realm && $0.build == build }) { found.append((group.realm, build)) }
        }
        return found
    }
}
