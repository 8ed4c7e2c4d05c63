import CacheModel
import Foundation
import ServiceLifecycle

/// Begins what was asked of Memcached clusters without ApplyImmediately, once the cluster's maintenance window is open.
package struct MemcachedMaintenance: Service {
    /// Well under the shortest window, which is an hour.
    private static let interval: Duration = .seconds(20)

    let world: World
    let tools: ReconcilingTools

    package init(world: World, tools: ReconcilingTools) {
        self.world = world
        self.tools = tools
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await applyDue()
                try? await Task.sleep(for: Self.interval)
            }
        }
    }

    func applyDue() async {
        let date = tools.now()
        let due = world.read { state in state.memcachedClusters.byKey.values.map(\.value).filter { Self.isDue($0, date) } }
        for cluster in due {
            guard let region = Region(cluster.realm.region) else { continue }
            // What can't be begun now, for want of an address or of the disk, is tried again before long.
            try? await world.withFreeAddresses { picker in
                try await world.transact { draft in
                    guard var known = draft.memcached(cluster.name, in: cluster.realm), Self.isDue(known, date) else { return }
                    try MemcachedResize.begin(&known, region, tools.network, picker, date, &draft)
                    MemcachedUpgrading.begin(&known, date, &draft)
                    try draft.put(known)
                }
            }
        }
    }

    private static func isDue(_ cluster: MemcachedCluster, _ date: Date) -> Bool {
        cluster.status == .available && (cluster.pending != nil || cluster.pendingUpgrade != nil)
            && !cluster.nodes.contains(where: \.isRebooting)
            && cluster.maintenanceWindow.contains(date)
    }
}
