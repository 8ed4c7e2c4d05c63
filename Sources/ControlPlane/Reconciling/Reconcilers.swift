package import CacheModel
package import Logging
package import ServiceLifecycle
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
        let running = Mutex<Set<GroupKey>>([])
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                for await key in world.changedGroups() {
                    guard running.withLock({ $0.insert(key).inserted }) else { continue }
                    group.addTask {
                        await GroupReconciler(key: key, world: world, wire: wire, tools: tools, logger: logger).run()
                        running.withLock { _ = $0.remove(key) }
                        // Made anew while its reconciler was leaving: the next one takes it.
                        if !Task.isCancelled, world.read({ $0.groups[key] != nil }) { world.notify(key) }
                    }
                }
            }
        }
    }
}
