import CacheModel
import ElastiCacheAPI

struct DescribeCacheSubnetGroups: Handler {
    typealias Call = API.Operations.DescribeCacheSubnetGroups

    private let world: World
    private let layout: NetworkLayout

    init(_ environment: HandlerEnvironment) {
        world = environment.world
        layout = environment.tools.network
    }

    func handle(_ input: Call.Input, _ context: RequestContext) async throws -> Call.Output {
        let paging = try Paging(maxRecords: input.maxRecords, marker: input.marker)
        let made = world.read { $0.resources(SubnetGroup.self, in: context.realm) }
        let all = ([SubnetGroup.standard(in: context.realm, layout)].compactMap(\.self) + made).sorted { $0.name < $1.name }
        if let name = input.cacheSubnetGroupName?.lowercased() {
            guard let group = all.first(where: { $0.name == name }) else { throw SubnetGroupInput.notFound(name) }
            return Call.Output(cacheSubnetGroups: [group.answer(context, layout)])
        }
        let page = paging.page(all, by: \.name)
        return Call.Output(marker: page.marker, cacheSubnetGroups: page.items.map { $0.answer(context, layout) })
    }
}
