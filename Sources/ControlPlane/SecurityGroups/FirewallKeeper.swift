package import CacheModel
package import Foundation
package import Logging
import ServiceLifecycle

/// Writes down who may connect to whom whenever groups change, and tells of each group what has come of it.
///
/// One for all groups: a security group that is another's source lets in the nodes of every group that is in it.
package struct FirewallKeeper: Service {
    private let world: World
    private let rules: FirewallRules
    private let now: @Sendable () -> Date
    private let logger: Logger

    package init(world: World, layout: NetworkLayout, now: @escaping @Sendable () -> Date, logger: Logger) {
        self.world = world
        self.rules = FirewallRules(layout)
        self.now = now
        self.logger = logger
    }

    package func run() async throws {
        // However many groups changed meanwhile, one more look is enough.
        let (looks, look) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let changes = world.changedGroups()
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask {
                    // Records of groups that went while no service ran.
                    look.yield()
                    for await _ in changes { look.yield() }
                    look.finish()
                }
                for await _ in looks {
                    do {
                        try await keep()
                    } catch {
                        logger.warning("what security groups mean could not be recorded", metadata: ["error": "\(error)"])
                        try? await Task.sleep(for: .milliseconds(200))
                        look.yield()
                    }
                }
            }
        }
    }

    /// One look at everything.
    func keep() async throws {
        try await world.transact { draft in
            let guarded = draft.state.guarded.sorted { $0.firewallName < $1.firewallName }
            let wanted = rules.specs(for: guarded)
            for spec in wanted where draft.state.firewalls[spec.name]?.value != spec { try draft.put(spec) }
            for name in draft.state.firewalls.keys.sorted() where !wanted.contains(where: { $0.name == name }) {
                draft.removeFirewall(name)
            }
            let byName = Dictionary(wanted.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
            for group in guarded { try tell(of: group, byName[group.firewallName], in: &draft) }
        }
    }

    private func tell(of group: some Guarded, _ spec: FirewallSpec?, in draft: inout Draft) throws {
        let status = draft.state.firewallStatuses[group.firewallName]
        let isInForce = spec == nil || status?.applied == spec
        let problem = isInForce ? nil : status?.problem
        guard isInForce || problem != nil else { return }
        guard group.securityChange == true || group.unguarded != problem else { return }
        var changed = group
        changed.securityChange = nil
        changed.unguarded = problem
        try changed.put(in: &draft)
        if let problem, problem != group.unguarded {
            try group.log(["Security groups of \(group.title) are recorded and not enforced: \(problem)"], at: now(), in: &draft)
        } else if isInForce, group.unguarded != nil {
            try group.log(["Security groups of \(group.title) are enforced"], at: now(), in: &draft)
        }
        guard isInForce, group.securityChange == true, group.wasAvailable else { return }
        for id in group.clusterIDs {
            let event = Event(date: now(), source: .cacheCluster, identifier: id, message: "Applied change to security group")
            try draft.log(event, in: group.realm)
        }
    }
}
