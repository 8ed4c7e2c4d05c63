import CacheModel
package import Foundation
import ServiceLifecycle

/// Begins what was asked for without ApplyImmediately, once the group's maintenance window is open.
package struct MaintenanceWindows: Service {
    /// Well under the shortest window, which is an hour.
    private static let interval: Duration = .seconds(20)

    let world: World
    let now: @Sendable () -> Date

    package init(world: World, now: @escaping @Sendable () -> Date) {
        self.world = world
        self.now = now
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
        let date = now()
        for key in world.read({ state in state.groups.values.filter { Self.isDue($0.value, date) }.map(\.value.key) }) {
            // Each by itself: what can't be begun now is tried again before long, and keeps nothing else from its turn.
            for change in Self.changes {
                try? await world.transact { draft in
                    guard var group = draft.group(key), Self.isDue(group, date) else { return }
                    let before = group
                    let events = try change(&group, &draft, date)
                    guard group != before else { return }
                    try draft.put(group)
                    try draft.log(events, of: group, at: date)
                }
            }
        }
    }

    /// What may wait, in the order in which it is begun. A change that takes its time lets the next wait until it is over.
    private static let changes: [@Sendable (inout ReplicationGroup, inout Draft, Date) throws -> [String]] = [
        { group, _, date in try PrimaryChange.applyPending(to: &group, at: date) },
        { group, draft, date in
            try ParameterGroupChange.applyPending(to: &group, in: &draft, at: date)
            return []
        },
        { group, _, date in
            VersionChange.applyPending(to: &group, at: date)
            return []
        },
        { group, _, date in
            NodeTypeInput.applyPending(to: &group, at: date)
            return []
        },
        { group, _, date in
            EncryptionInput.applyPending(to: &group, at: date)
            return []
        },
    ]

    private static func isDue(_ group: ReplicationGroup, _ date: Date) -> Bool {
        group.status == .available && group.pending != nil && group.maintenanceWindow.contains(date)
    }
}
