import CacheModel
package import Logging
import ServiceLifecycle
import Synchronization

/// One reconciler per group, for as long as the group exists.
package struct Reconcilers: Service {
    let world: World
    let wire: NodeWire
    let tools: ReconcilingTools
    let logger: Logger

    package init(world: World, wire: NodeWire, tools: ReconcilingTools, logger: Logger) {
        self.world = world
        self.wire = wire
        self.tools = tools
        self.logger = logger
    }

    package func run() async throws {
        let running = RunningGroups()
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                for await key in world.changedGroups() {
                    guard running.begin(key) else { continue }
                    group.addTask { [world, wire, tools, logger] in
                        switch key.kind {
                        case .replicationGroup, .cacheCluster:
                            await GroupReconciler(key: key, world: world, wire: wire, tools: tools, logger: logger).run()
                        case .memcached:
                            await MemcachedReconciler(key: key, world: world, tools: tools, logger: logger).run()
                        }
                        running.end(key)
                        // Made anew while its reconciler was leaving: the next one takes it.
                        if !Task.isCancelled, world.read({ $0.status(of: key) != nil }) { world.notify(key) }
                    }
                }
            }
        }
    }
}

/// The groups that have a reconciler now.
private final class RunningGroups: Sendable {
    private let keys = Mutex<Set<GroupKey>>([])

    /// False if it has one already.
    func begin(_ key: GroupKey) -> Bool { keys.withLock { $0.insert(key).inserted } }

    func end(_ key: GroupKey) { keys.withLock { _ = $0.remove(key) } }
}
