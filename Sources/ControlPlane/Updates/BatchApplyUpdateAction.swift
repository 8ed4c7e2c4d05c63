import AWSProtocol
import CacheModel
import ElastiCacheAPI
import Engine
import Planning

/// Records that groups are to go over to a newer patch of their engine; their reconcilers replace one node after the other.
struct BatchApplyUpdateAction: Handler {
    typealias Call = API.Operations.BatchApplyUpdateAction

    private let world: World
    private let tools: ReconcilingTools
    private let watch: UpdateWatch

    init(_ environment: HandlerEnvironment) {
        world = environment.world
        tools = environment.tools
        watch = UpdateWatch(environment)
    }

    func handle(_ input: Call.Input, _ context: RequestContext) async throws -> Call.Output {
        let targets = try UpdateTargets(groups: input.replicationGroupIds, clusters: input.cacheClusterIds)
        let catalog = try await watch.look()
        let durability = tools.rules.durability
        return try await UpdateBatch.process(input.serviceUpdateName, targets, in: world, context) { update, group in
            try Self.check(update, update.status(in: catalog), group)
            try Self.checkData(of: group, durability)
            var progress = group.updates?[update.name] ?? UpdateProgress(build: update.build, requested: context.now)
            progress.build = update.build
            progress.requested = context.now
            progress.enter(.waitingToStart, at: context.now)
            group.updates = (group.updates ?? [:]).merging([update.name: progress]) { $1 }
            group.beginChange(at: context.now)
        }
    }

    private static func check(_ update: ServiceUpdate, _ status: API.ServiceUpdateStatus, _ group: ReplicationGroup) throws {
        if let (name, _) = group.update {
            throw state("the service update \(name) is being applied to it", group)
        }
        guard update.build.isNewerPatch(of: group.build) else {
            throw ServiceFault.combination(
                "The service update \(update.name) is not applicable to \(group.id), which runs on \(group.build.engine.rawValue) \(group.build.version)."
            )
        }
        guard status == .available else {
            let reason = status == .expired ? "a later patch is installed" : "\(update.build.path) is not installed any more"
            throw ServiceFault.value("The service update \(update.name) is \(status.rawValue): \(reason). (ServiceUpdateName)")
        }
        guard group.status == .available else { throw state("its status is \(group.status.rawValue)", group) }
        for nodeGroup in group.nodeGroups {
            try Readiness.requireNoTest(of: nodeGroup, in: group)
            try Readiness.requireNoReboot(of: nodeGroup)
        }
    }

    /// A node without a replica is started again on what it saved.
    private static func checkData(of group: ReplicationGroup, _ durability: Durability) throws {
        guard durability == .none, let alone = group.nodeGroups.first(where: { $0.remainingReplicas.isEmpty }) else { return }
        throw ServiceFault.combination(
            "Node group \(alone.id) of \(group.id) has no replica, and nothing is saved (--durability none): its data would be lost. Add a "
                + "replica first.")
    }

    private static func state(_ reason: String, _ group: ReplicationGroup) -> ServiceFault {
        let isGroup = group.kind == .replicationGroup
        return ServiceFault(
            isGroup ? .invalidReplicationGroupState : .invalidCacheClusterState,
            "\(isGroup ? "Replication group" : "Cache cluster") \(group.id) can not be updated: \(reason).")
    }
}
