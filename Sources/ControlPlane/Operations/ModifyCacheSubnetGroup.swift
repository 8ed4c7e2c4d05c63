import AWSProtocol
import CacheModel
import ElastiCacheAPI

struct ModifyCacheSubnetGroup: Handler {
    typealias Call = API.Operations.ModifyCacheSubnetGroup

    private let world: World
    private let layout: NetworkLayout

    init(_ environment: HandlerEnvironment) {
        world = environment.world
        layout = environment.tools.network
    }

    func handle(_ input: Call.Input, _ context: RequestContext) async throws -> Call.Output {
        let name = input.cacheSubnetGroupName.lowercased()
        let modified = try await world.transact { draft in
            try SubnetGroupInput.refuseDefault(name, "modified")
            guard var group = draft.resource(SubnetGroup.self, name, in: context.realm) else { throw SubnetGroupInput.notFound(name) }
            guard input.cacheSubnetGroupDescription != nil || input.subnetIds != nil else {
                throw ServiceFault.value("No modifications were requested.")
            }
            if let text = input.cacheSubnetGroupDescription { group.description = SubnetGroupInput.description(text) }
            if let ids = input.subnetIds { try change(&group, to: ids, draft.state) }
            try draft.put(group)
            return group
        }
        return Call.Output(cacheSubnetGroup: modified.answer(context, layout))
    }

    private func change(_ group: inout SubnetGroup, to ids: [String], _ state: WorldState) throws {
        let (vpc, subnets) = try SubnetGroupInput.subnets(ids, layout, in: group.realm)
        guard vpc.id == group.vpc else {
            throw ServiceFault(
                .invalidSubnet,
                "The new Subnets are not in the same Vpc as the existing subnet group: SubnetIds names subnets of \(vpc.id), and "
                    + "\(group.name) is of \(group.vpc).")
        }
        let removed = group.subnets.filter { !subnets.contains($0) }
        let users = SubnetUse.users(of: group, in: state)
        if let used = SubnetUse.first(of: removed, in: users, layout, slice: state.regions.value[group.realm.region]) {
            throw ServiceFault(
                .subnetInUse, "The subnet \(used.subnet) is in use by \(used.user) and can not be taken out of SubnetIds.")
        }
        group.subnets = subnets
    }
}
