import AWSProtocol
import CacheModel
import ElastiCacheAPI
import Foundation

/// `PrimaryClusterId` and `ApplyImmediately`: which member is to be the primary, and when.
enum PrimaryChange {
    /// Returns what is to be told as events of the group. `failedOver` says whether automatic failover was on before this request.
    static func apply(
        _ input: API.ModifyReplicationGroupMessage, to group: inout ReplicationGroup, failedOver: Bool, at date: Date
    ) throws -> [String] {
        let isAtOnce = input.applyImmediately ?? false
        guard let id = input.primaryClusterId?.lowercased() else { return isAtOnce ? try applyPending(to: &group, at: date) : [] }
        if group.clusterEnabled {
            throw ServiceFault.combination("The parameter PrimaryClusterId is not supported with cluster mode enabled.")
        }
        guard let nodeGroup = group.nodeGroups.first, nodeGroup.remaining.contains(where: { $0.id == id }) else {
            throw ServiceFault(
                .cacheClusterNotFound, "CacheCluster not found: \(id). PrimaryClusterId names no member of replication group \(group.id).")
        }
        if id == nodeGroup.primary {
            group.pending = nil
            return []
        }
        if failedOver, group.automaticFailover {
            throw ServiceFault.combination(
                "The parameter PrimaryClusterId can not be used while automatic failover is on: it chooses the primary itself. "
                    + "Turn AutomaticFailoverEnabled off first.")
        }
        guard isAtOnce else {
            group.pending = PendingChanges(primaryClusterID: id)
            return []
        }
        try switchOver(to: id, &group, at: date)
        return []
    }

    /// Does what waits for the maintenance window. Throws if the group is in no state for it now.
    static func applyPending(to group: inout ReplicationGroup, at date: Date) throws -> [String] {
        guard let pending = group.pending else { return [] }
        guard let id = pending.primaryClusterID, id != group.nodeGroups.first?.primary else {
            group.pending = nil
            return []
        }
        if let event = dropIfGone(in: &group) { return [event] }
        try switchOver(to: id, &group, at: date)
        return []
    }

    /// A change to a member that is one no more can't be made. Returns the event that says so.
    static func dropIfGone(in group: inout ReplicationGroup) -> String? {
        guard let id = group.pending?.primaryClusterID, group.nodeGroups.first?.remaining.contains(where: { $0.id == id }) != true else {
            return nil
        }
        group.pending = nil
        return "The pending change of the primary of replication group \(group.id) to \(id) was dropped: \(id) is no member any more"
    }

    private static func switchOver(to id: String, _ group: inout ReplicationGroup, at date: Date) throws {
        try Readiness.requireNoTest(of: group.nodeGroups[0], in: group)
        try Readiness.requireNoReboot(of: group.nodeGroups[0])
        group.nodeGroups[0].successor = id
        group.pending = nil
        group.beginChange(at: date)
    }
}
