import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// Records that a cluster's node is to be stopped and started again; its reconciler does it.
struct RebootCacheCluster: Handler {
    typealias Call = API.Operations.RebootCacheCluster

    private static let node = "0001"

    private let world: World
    private let settings: ServiceSettings

    init(_ environment: HandlerEnvironment) {
        world = environment.world
        settings = environment.settings
    }

    func handle(_ input: Call.Input, _ context: RequestContext) async throws -> Call.Output {
        let id = input.cacheClusterId.lowercased()
        let memcached = try await world.transact { draft in
            try MemcachedReboot.reboot(id, nodes: input.cacheNodeIdsToReboot, context, in: &draft)
        }
        if let memcached { return Call.Output(cacheCluster: world.answer(memcached, nodes: false, context, settings)) }
        let rebooted = try await world.transact { draft in
            guard let found = draft.state.member(id, in: context.realm), var group = draft.group(found.group.key) else {
                throw ServiceFault.noCacheCluster(id)
            }
            guard input.cacheNodeIdsToReboot == [Self.node] else {
                throw ServiceFault.value(
                    "The parameter CacheNodeIdsToReboot must name the one node of the cluster, \(Self.node). "
                        + "It was \(input.cacheNodeIdsToReboot.joined(separator: ", ")).")
            }
            if group.clusterEnabled {
                throw ServiceFault.combination(
                    "Cache cluster \(id) belongs to replication group \(group.id) with cluster mode enabled and can not be rebooted.")
            }
            guard group.status == .available, found.member.change == nil else {
                throw ServiceFault(
                    .invalidCacheClusterState,
                    "Cache cluster \(id) has status \(group.clusterStatus(found.member)) which is not valid for rebooting.")
            }
            let place = try Self.place(of: id, in: group)
            guard let process = draft.process(found.member.process) else {
                throw ServiceFault(.invalidCacheClusterState, "Cache cluster \(id) has not been started yet.")
            }
            group.nodeGroups[place.nodeGroup].members[place.member].change = .rebooting(
                incarnation: process.incarnation, since: context.now)
            try draft.put(group)
            return (group: group, member: group.nodeGroups[place.nodeGroup].members[place.member])
        }
        let endpoints = EndpointAnswers(style: settings.endpointStyle)
        let parameters = world.read { $0.parameterStanding(of: rebooted.group, context.nodeTypes) }
        return Call.Output(cacheCluster: rebooted.group.clusterAnswer(rebooted.member, nodes: false, parameters, context, endpoints))
    }

    private static func place(of id: String, in group: ReplicationGroup) throws -> (nodeGroup: Int, member: Int) {
        for (n, nodeGroup) in group.nodeGroups.enumerated() {
            guard let m = nodeGroup.members.firstIndex(where: { $0.id == id }) else { continue }
            guard nodeGroup.testFailover == nil else {
                throw ServiceFault(
                    .invalidCacheClusterState,
                    "Cache cluster \(id) can not be rebooted: its node group \(nodeGroup.id) is under test by TestFailover.")
            }
            return (n, m)
        }
        throw ServiceFault.noCacheCluster(id)
    }
}
