import CacheModel
import Engine
package import Foundation
import ServiceLifecycle

/// Looks for builds that were installed while the service runs, and records those that are service updates.
package struct UpdateWatch: Service {
    private static let interval: Duration = .seconds(300)

    let world: World
    let engines: InstalledEngines
    let now: @Sendable () -> Date

    package init(world: World, engines: InstalledEngines, now: @escaping @Sendable () -> Date) {
        self.world = world
        self.engines = engines
        self.now = now
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                // What can't be recorded now is found again.
                _ = try? await look()
                try? await Task.sleep(for: Self.interval)
            }
        }
    }

    /// Looks now. Returns what is installed.
    func look() async throws -> EngineCatalog {
        let groups = world.read { $0.groups.values.map(\.value) }
        // Without groups nothing is asked of the machine.
        guard !groups.isEmpty else { return await engines.catalog() }
        let catalog = await engines.look()
        let found = PatchSearch.updates(for: groups, in: catalog)
        let isRecorded = world.read { state in
            found.allSatisfy { state.resource(ServiceUpdate.self, ServiceUpdate.name(of: $0.build), in: $0.realm)?.build == $0.build }
        }
        if !isRecorded { try await record(found) }
        return catalog
    }

    private func record(_ found: [(realm: Realm, build: BuildReference)]) async throws {
        let date = now()
        try await world.transact { draft in
            for (realm, build) in found {
                let name = ServiceUpdate.name(of: build)
                if var known = draft.resource(ServiceUpdate.self, name, in: realm) {
                    // The same patch lies elsewhere now.
                    known.build = build
                    try draft.put(known)
                    continue
                }
                try draft.put(ServiceUpdate(realm: realm, build: build, releaseDate: date))
                for member in draft.state.groups(in: realm).filter({ build.isNewerPatch(of: $0.build) }).flatMap(\.members) {
                    let message = "Service update is available for cache node \(member.id)."
                    try draft.log(Event(date: date, source: .cacheCluster, identifier: member.id, message: message), in: realm)
                }
            }
        }
    }
}
