import AWSProtocol
import CacheModel
import ElastiCacheAPI

struct DeleteCacheSubnetGroup: Handler {
    typealias Call = API.Operations.DeleteCacheSubnetGroup

    private let world: World

    init(_ environment: HandlerEnvironment) {
        world = environment.world
    }

    func handle(_ input: Call.Input, _ context: RequestContext) async throws -> Call.Output {
        let name = input.cacheSubnetGroupName.lowercased()
        try await world.transact { draft in
            try SubnetGroupInput.refuseDefault(name, "deleted")
            guard let group = draft.resource(SubnetGroup.self, name, in: context.realm) else { throw SubnetGroupInput.notFound(name) }
            if let user = SubnetUse.users(of: group, in: draft.state).first {
                throw ServiceFault(
                    .cacheSubnetGroupInUse,
                    "Cache subnet group \(name) is currently in use by a cache cluster. (CacheSubnetGroupName, used by \(user.id))")
            }
            draft.remove(group)
        }
        return Call.Output()
    }
}
