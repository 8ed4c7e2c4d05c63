import AWSProtocol
import CacheModel
import ElastiCacheAPI

struct CreateCacheSubnetGroup: Handler {
    typealias Call = API.Operations.CreateCacheSubnetGroup

    private let world: World
    private let layout: NetworkLayout

    init(_ environment: HandlerEnvironment) {
        world = environment.world
        layout = environment.tools.network
    }

    func handle(_ input: Call.Input, _ context: RequestContext) async throws -> Call.Output {
        let name = try SubnetGroupInput.name(input.cacheSubnetGroupName)
        let tags = try TagInput.tags(input.tags)
        let created = try await world.transact { draft in
            guard name != SubnetGroup.defaultName, draft.resource(SubnetGroup.self, name, in: context.realm) == nil else {
                throw ServiceFault(
                    .cacheSubnetGroupAlreadyExists, "Cache subnet group \(name) already exists. (CacheSubnetGroupName)")
            }
            let (vpc, subnets) = try SubnetGroupInput.subnets(input.subnetIds, layout, in: context.realm)
            let count = draft.state.resources(SubnetGroup.self, in: context.realm).count
            guard count < SubnetGroupInput.groupQuota else {
                throw ServiceFault(
                    .cacheSubnetGroupQuotaExceeded,
                    "An account may have at most \(SubnetGroupInput.groupQuota) cache subnet groups in a region.")
            }
            let group = SubnetGroup(
                realm: context.realm, name: name, description: SubnetGroupInput.description(input.cacheSubnetGroupDescription),
                vpc: vpc.id, subnets: subnets, tags: tags)
            try draft.put(group)
            return group
        }
        return Call.Output(cacheSubnetGroup: created.answer(context, layout))
    }
}
