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
            let wanted = rules.specs(for: draft.state.groups.values.map(\.value))
            for spec in wanted where draft.state.firewalls[spec.name]?.value != spec { try draft.put(spec) }
            for name in draft.state.firewalls.keys.sorted() where !wanted.contains(where: { $0.name == name }) {
                draft.removeFirewall(name)
            }
            let byName = Dictionary(wanted.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
            for key in draft.state.groups.keys.sorted(by: { $0.storeKey < $1.storeKey }) {
                guard let group = draft.state.groups[key]?.value else { continue }
                try tell(of: group, byName[FirewallRules.name(of: group)], in: &draft)
            }
        }
    }

    private func tell(of group: ReplicationGroup, _ spec: FirewallSpec?, in draft: inout Draft) throws {
        let status = draft.state.firewallStatuses[FirewallRules.name(of: group)]
        let isInForce = spec == nil || status?.applied == spec
        let problem = isInForce ? nil : status?.problem
        guard isInForce || problem != nil else { return }
        guard group.securityChange == true || group.unguarded != problem, var changed = draft.group(group.key) else { return }
        changed.securityChange = nil
        changed.unguarded = problem
        try draft.put(changed)
        if let problem, problem != group.unguarded {
            try draft.log(
                ["Security groups of replication group \(group.id) are recorded and not enforced: \(problem)"], of: group, at: now())
        } else if isInForce, group.unguarded != nil {
            try draft.log(["Security groups of replication group \(group.id) are enforced"], of: group, at: now())
        }
        guard isInForce, group.securityChange == true, group.wasAvailable else { return }
        for member in group.members {
            let event = Event(
                date: now(), source: .cacheCluster, identifier: member.id, message: "Applied change to security group")
            try draft.log(event, in: group.realm)
        }
    }
}
