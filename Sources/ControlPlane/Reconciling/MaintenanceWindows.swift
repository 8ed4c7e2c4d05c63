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
            // A group that is in no state for it now is looked at again before long, and one whose record can't be written too.
            try? await world.transact { draft in
                guard var group = draft.group(key), Self.isDue(group, date) else { return }
                let events = try PrimaryChange.applyPending(to: &group, at: date)
                try ParameterGroupChange.applyPending(to: &group, in: &draft, at: date)
                VersionChange.applyPending(to: &group, at: date)
                NodeTypeInput.applyPending(to: &group, at: date)
                try draft.put(group)
                try draft.log(events, of: group, at: date)
            }
        }
    }

    private static func isDue(_ group: ReplicationGroup, _ date: Date) -> Bool {
        group.status == .available && group.pending != nil && group.maintenanceWindow.contains(date)
    }
}
