import CacheModel
package import Foundation
import ServiceLifecycle

/// Forgets events that nobody can ask for any more.
package struct EventRetention: Service {
    /// Seconds: DescribeEvents looks back two weeks.
    private static let kept: TimeInterval = 14 * 24 * 3600
    private static let batch = 500

    let world: World
    let now: @Sendable () -> Date

    package init(world: World, now: @escaping @Sendable () -> Date) {
        self.world = world
        self.now = now
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                // What can't be removed now is removed an hour later.
                try? await prune()
                try? await Task.sleep(for: .seconds(3600))
            }
        }
    }

    func prune() async throws {
        let oldest = now().addingTimeInterval(-Self.kept)
        while true {
            let removed = try await world.transact { draft in
                let old = draft.state.events.flatMap { realm, events in
                    events.prefix { $0.event.date < oldest }.map { (realm, $0.key) }
                }.prefix(Self.batch)
                for (realm, key) in old { draft.removeEvent(key, in: realm) }
                return old.count
            }
            if removed < Self.batch { return }
        }
    }
}
