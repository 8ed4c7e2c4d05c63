import AWSProtocol
import CacheModel
import ElastiCacheAPI

extension NodeGroup {
    /// The members that are not on their way out.
    var remaining: [Member] { members.filter { $0.change != .leaving } }

    var remainingReplicas: [Member] { remaining.filter { $0.id != primary } }
}

extension Member {
    var isRebooting: Bool {
        if case .rebooting = change { true } else { false }
    }

    /// What the real service calls a cluster in the middle of a reboot: its documentation has another text.
    static let rebootingStatus = "rebooting cache cluster nodes"
}

/// Whether a group is in a state to be changed.
enum Readiness {
    static func requireAvailable(_ group: ReplicationGroup) throws {
        guard group.status == .available else {
            throw ServiceFault(.invalidReplicationGroupState, "Replication group must be in available state to modify.")
        }
    }

    /// While a failover is tested, what the shard consists of must stay: the test may need each of its replicas.
    static func requireNoTest(of nodeGroup: NodeGroup, in group: ReplicationGroup) throws {
        guard let test = nodeGroup.testFailover else { return }
        throw ServiceFault(
            .invalidReplicationGroupState,
            "Node group \(nodeGroup.id) of replication group \(group.id) is under test by TestFailover: "
                + "the cache cluster \(test.primary), which failed in it, is not back as a replica yet.")
    }

    static func requireNoReboot(of nodeGroup: NodeGroup) throws {
        guard let member = nodeGroup.members.first(where: \.isRebooting) else { return }
        throw rebooting(member)
    }

    static func rebooting(_ member: Member) -> ServiceFault {
        ServiceFault(.invalidCacheClusterState, "Cache cluster \(member.id) is not available: its status is \(Member.rebootingStatus).")
    }
}
