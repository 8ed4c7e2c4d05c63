import CacheModel
package import Logging
import ServiceLifecycle

/// Ends what users and user groups are changing for, once every node that answers knows of it: see `GroupReconciler`, which tells them.
package struct UserKeeper: Service {
    /// Between two looks of which nobody gave notice.
    private static let quietWait: Duration = .seconds(10)

    let world: World
    let logger: Logger

    package init(world: World, logger: Logger) {
        self.world = world
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await keep()
                    await world.usersChanged.wait(atMost: Self.quietWait)
                } catch {
                    logger.warning("what users have become could not be recorded", metadata: ["error": "\(error)"])
                    await world.usersChanged.wait(atMost: .milliseconds(250))
                }
            }
        }
    }

    /// One look at everything.
    func keep() async throws {
        guard world.read({ !$0.passingUsers.isEmpty || !$0.passingUserGroups.isEmpty }) else { return }
        try await world.transact { draft in
            for user in draft.state.passingUsers where draft.state.isInForce(draft.state.userGroups(of: user)) {
                try end(user, in: &draft)
            }
            for group in draft.state.passingUserGroups where draft.state.isInForce([group]) {
                guard var changed = draft.resource(UserGroup.self, group.name, in: group.realm) else { continue }
                if changed.status == .deleting {
                    draft.remove(changed)
                } else {
                    changed.endChange()
                    try draft.put(changed)
                }
            }
        }
    }

    private func end(_ user: User, in draft: inout Draft) throws {
        guard var changed = draft.resource(User.self, user.name, in: user.realm) else { return }
        guard changed.status == .deleting else {
            changed.status = .active
            return try draft.put(changed)
        }
        for var group in draft.state.userGroups(of: user) {
            group.users.removeAll { $0 == user.name }
            group.added.removeAll { $0 == user.name }
            group.removed.removeAll { $0 == user.name }
            try draft.put(group)
        }
        draft.remove(changed)
    }
}

extension WorldState {
    fileprivate var passingUsers: [User] { users.byKey.values.map(\.value).filter { $0.status != .active } }
    fileprivate var passingUserGroups: [UserGroup] { userGroups.byKey.values.map(\.value).filter { $0.status != .active } }
}
