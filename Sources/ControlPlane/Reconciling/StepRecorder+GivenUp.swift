import CacheModel
import Planning

extension StepRecorder {
    /// Takes a wish's mark away, and says so to whoever asked. A member that can't be added has to go: see `abandon`.
    mutating func giveUp(_ wish: Wish, _ reason: String, in draft: inout Draft) throws {
        switch wish {
        case .switchover(let id):
            guard let successor = group.nodeGroups.first(where: { $0.id == id })?.successor else { return }
            change(nodeGroup: id) { $0.successor = nil }
            let message = "The change of the primary of replication group \(group.id) to \(successor) was given up: \(reason)"
            try log(.replicationGroup, group.id, message, in: &draft)
        case .addition(let id): try abandon(id, reason, in: &draft)
        case .removal(let id):
            guard group.member(id)?.change == .leaving else { return }
            change(id) { $0.change = nil }
            let message = "Cache cluster \(id) could not be removed: \(reason)"
            try log(.cacheCluster, id, message, in: &draft)
            try log(.replicationGroup, group.id, message, in: &draft)
        case .reboot(let id):
            guard case .rebooting = group.member(id)?.change else { return }
            change(id) { $0.change = nil }
            try log(.cacheCluster, id, "The reboot of cache node 0001 was given up: \(reason)", in: &draft)
        case .failoverTest(let id):
            change(nodeGroup: id) { $0.testFailover = nil }
            try log(.replicationGroup, group.id, "The test of the failover of node group \(id) was given up: \(reason)", in: &draft)
        case .recovery(let id):
            let message = "Primary node \(id) could not be recovered in its place: \(reason)"
            try log(.cacheCluster, id, message, in: &draft)
            try log(.replicationGroup, group.id, message, in: &draft)
        case .settings:
            guard let change = group.transitChange, change.isUnderWay else { return }
            group.transitChange?.isUnderWay = false
            let message = "The change of encryption in transit of replication group \(group.id) is not in force on every node: \(reason)"
            try log(group.eventSource, group.id, message, in: &draft)
        }
    }
}
