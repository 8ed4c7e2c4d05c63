import AWSProtocol
import CacheModel
import ElastiCacheAPI

struct DescribeUserGroups: Handler {
    typealias Call = API.Operations.DescribeUserGroups

    private let world: World

    init(_ environment: HandlerEnvironment) {
        world = environment.world
    }

    func handle(_ input: Call.Input, _ context: RequestContext) async throws -> Call.Output {
        let paging = try Paging(maxRecords: input.maxRecords, marker: input.marker)
        let state = world.read { $0 }
        if let id = input.userGroupId?.lowercased() {
            guard let group = state.resource(UserGroup.self, id, in: context.realm) else { throw ServiceFault.noUserGroup(id) }
            return Call.Output(userGroups: [group.answer(context, in: state)])
        }
        let page = paging.page(state.resources(UserGroup.self, in: context.realm), by: \.name)
        return Call.Output(userGroups: page.items.map { $0.answer(context, in: state) }, marker: page.marker)
    }
}
