import AWSProtocol
import CacheModel
import ElastiCacheAPI

struct DescribeReplicationGroups: Handler {
    typealias Call = API.Operations.DescribeReplicationGroups

    private let world: World
    private let settings: ServiceSettings

    init(_ environment: HandlerEnvironment) {
        world = environment.world
        settings = environment.settings
    }

    func handle(_ input: Call.Input, _ context: RequestContext) async throws -> Call.Output {
        let paging = try Paging(maxRecords: input.maxRecords, marker: input.marker)
        let endpoints = EndpointAnswers(style: settings.endpointStyle)
        if let id = input.replicationGroupId {
            let key = GroupKey(kind: .replicationGroup, realm: context.realm, id: id.lowercased())
            await world.holdWhilePassing(key, atMost: settings.describeHold)
            guard let group = world.read({ $0.groups[key]?.value }) else { throw ServiceFault.noReplicationGroup(key.id) }
            return Call.Output(replicationGroups: [group.answer(context, endpoints)])
        }
        let groups = world.read { $0.groups(in: context.realm, kind: .replicationGroup) }.sorted { $0.id < $1.id }
        let page = paging.page(groups, by: \.id)
        return Call.Output(marker: page.marker, replicationGroups: page.items.map { $0.answer(context, endpoints) })
    }
}
