import ServiceLifecycle

/// Takes in what the hosts' agents write about processes and routes.
package struct HostNotices: Service {
    let world: World

    package init(world: World) {
        self.world = world
    }

    package func run() async throws {
        try await cancelWhenGracefulShutdown { try await world.followHosts() }
    }
}
