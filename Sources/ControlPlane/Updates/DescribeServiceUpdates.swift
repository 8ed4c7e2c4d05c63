import AWSProtocol
import CacheModel
import ElastiCacheAPI

struct DescribeServiceUpdates: Handler {
    typealias Call = API.Operations.DescribeServiceUpdates

    private let world: World
    private let watch: UpdateWatch

    init(_ environment: HandlerEnvironment) {
        world = environment.world
        watch = UpdateWatch(environment)
    }

    func handle(_ input: Call.Input, _ context: RequestContext) async throws -> Call.Output {
        let paging = try Paging(maxRecords: input.maxRecords, marker: input.marker)
        let catalog = try await watch.look()
        var updates = world.read { $0.resources(ServiceUpdate.self, in: context.realm) }
        if let name = input.serviceUpdateName {
            updates = updates.filter { $0.name == name }
            guard !updates.isEmpty else { throw ServiceFault.noServiceUpdate(name) }
        }
        let wanted = input.serviceUpdateStatus ?? []
        let told = updates.map { $0.answer($0.status(in: catalog)) }
            .filter { update in wanted.isEmpty || update.serviceUpdateStatus.map(wanted.contains) ?? false }
        let page = paging.page(told) { $0.serviceUpdateName ?? "" }
        return Call.Output(marker: page.marker, serviceUpdates: page.items)
    }
}

extension UpdateWatch {
    /// What handlers look with: what was installed a moment ago is known to them.
    init(_ environment: HandlerEnvironment) {
        self.init(world: environment.world, engines: environment.engines, now: environment.tools.now)
    }
}

extension ServiceFault {
    static func noServiceUpdate(_ name: String) -> ServiceFault {
        ServiceFault(.serviceUpdateNotFound, "Service update not found: \(name)")
    }
}
