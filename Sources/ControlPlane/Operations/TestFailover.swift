import AWSProtocol
import CacheModel
import ElastiCacheAPI
import Foundation

/// Records that a shard's primary is to be ended; its reconciler ends it, and fails over as if it had died by itself.
struct TestFailover: Handler {
    typealias Call = API.Operations.TestFailover

    private static let day: TimeInterval = 24 * 3600

    private let world: World
    private let settings: ServiceSettings

    init(_ environment: HandlerEnvironment) {
        world = environment.world
        settings = environment.settings
    }

    func handle(_ input: Call.Input, _ context: RequestContext) async throws -> Call.Output {
        let id = input.replicationGroupId.lowercased()
        let tested = try await world.transact { draft in
            var group = try draft.replicationGroup(id, in: context.realm)
            let index = try Self.nodeGroup(input.nodeGroupId, in: group)
            let primary = try Self.primary(of: group.nodeGroups[index], in: group)
            // Of this very process: what is started after it is not ended.
            guard let process = draft.process(primary.process) else {
                throw ServiceFault(.invalidCacheClusterState, "Cache cluster \(primary.id) has not been started yet.")
            }
            try Self.countTest(in: &draft, context)
            group.nodeGroups[index].testFailover = CacheModel.TestFailover(
                primary: primary.id, incarnation: process.incarnation, since: context.now)
            try draft.put(group)
            try draft.log(["Test Failover API called for node group \(group.nodeGroups[index].id)"], of: group, at: context.now)
            return group
        }
        return Call.Output(replicationGroup: tested.answer(context, EndpointAnswers(style: settings.endpointStyle)))
    }

    /// `0001`, or as the API reference's own example has it, `GROUP-0001`.
    private static func nodeGroup(_ name: String, in group: ReplicationGroup) throws -> Int {
        let prefix = "\(group.id)-"
        let number = name.lowercased().hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name
        let id = NodeGroupID.canonical(number)
        guard let index = group.nodeGroups.firstIndex(where: { $0.id == id }) else {
            throw ServiceFault(
                .nodeGroupNotFound, "Node group not found: \(name). NodeGroupId names no node group of replication group \(group.id).")
        }
        return index
    }

    private static func primary(of nodeGroup: NodeGroup, in group: ReplicationGroup) throws -> Member {
        guard group.status == .available else {
            throw ServiceFault(
                .invalidReplicationGroupState,
                "Replication group \(group.id) has status \(group.status.rawValue) which is not valid for TestFailover.")
        }
        guard group.automaticFailover else {
            throw ServiceFault.combination(
                "TestFailover needs automatic failover, which is disabled for replication group \(group.id). (AutomaticFailoverEnabled)")
        }
        guard let primary = nodeGroup.primaryMember, !nodeGroup.remainingReplicas.isEmpty else {
            throw ServiceFault.combination(
                "TestFailover needs a replica that takes over, and node group \(nodeGroup.id) of replication group \(group.id) has none. "
                    + "(NodeGroupId)")
        }
        // One shard after the other, each once the one before has all its nodes again.
        for other in group.nodeGroups { try Readiness.requireNoTest(of: other, in: group) }
        if primary.isRebooting { throw Readiness.rebooting(primary) }
        if let replica = nodeGroup.remainingReplicas.first, nodeGroup.remainingReplicas.allSatisfy(\.isRebooting) {
            throw Readiness.rebooting(replica)
        }
        return primary
    }

    private static func countTest(in draft: inout Draft, _ context: RequestContext) throws {
        let recent = draft.failoverTests(in: context.realm).filter { $0 > context.now - day }
        let limit = context.quotas.failoverTestsPerDay
        guard recent.count < limit else {
            throw ServiceFault(
                .apiCallRateForCustomerExceeded,
                "TestFailover may be called for \(limit) node groups in 24 hours, and was called for \(recent.count).")
        }
        try draft.setFailoverTests(recent + [context.now], in: context.realm)
    }
}
