import CacheModel
package import Logging
import ServiceLifecycle
import Synchronization

/// One reconciler per group, for as long as the group exists.
///
/// A group is known by its uid: a lone cluster that becomes a replication group goes by another key from then on, and its engines must not be
/// given orders by two at once.
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
                    guard let uid = world.read({ $0.uid(of: key) }), running.begin(uid) else { continue }
                    group.addTask { [world, wire, tools, logger] in
                        switch key.kind {
                        case .replicationGroup, .cacheCluster:
                            await GroupReconciler(key: key, uid: uid, world: world, wire: wire, tools: tools, logger: logger).run()
                        case .memcached:
                            await MemcachedReconciler(key: key, world: world, tools: tools, logger: logger).run()
                        }
                        running.end(uid)
                        // It goes by another key since: now that nobody acts by the old one, the next takes it.
                        if !Task.isCancelled, let next = world.read({ $0.key(of: uid) }) { world.notify(next) }
                    }
                }
            }
        }
    }
}

/// The groups that have a reconciler now.
private final class RunningGroups: Sendable {
    private let uids = Mutex<Set<String>>([])

    /// False if it has one already.
    func begin(_ uid: String) -> Bool { uids.withLock { $0.insert(uid).inserted } }

    func end(_ uid: String) { uids.withLock { _ = $0.remove(uid) } }
}
