import CacheModel
import ElastiCacheAPI
import Foundation

/// A service update as it concerns one group.
struct UpdateAction {
    private static let node = "0001"

    let update: ServiceUpdate
    let group: ReplicationGroup
    let updateStatus: API.ServiceUpdateStatus

    /// Nil for a group that the update has nothing to do with.
    init?(_ update: ServiceUpdate, _ group: ReplicationGroup, _ updateStatus: API.ServiceUpdateStatus) {
        guard group.updates?[update.name] != nil || update.build.isNewerPatch(of: group.build) else { return nil }
        self.update = update
        self.group = group
        self.updateStatus = updateStatus
    }

    /// The order in which actions are told, and what a page's marker names.
    var key: String { "\(group.id) \(group.kind.rawValue) \(update.name)" }

    private var progress: UpdateProgress? { group.updates?[update.name] }

    var status: API.UpdateActionStatus {
        if let progress { return progress.state.answer }
        return updateStatus == .available ? .notApplied : .notApplicable
    }

    func answer(withNodes: Bool) -> API.UpdateAction {
        let isGroup = group.kind == .replicationGroup
        return API.UpdateAction(
            replicationGroupId: isGroup ? group.id : nil,
            cacheClusterId: isGroup ? nil : group.id,
            serviceUpdateName: update.name,
            serviceUpdateReleaseDate: update.releaseDate,
            serviceUpdateSeverity: .medium,
            serviceUpdateStatus: updateStatus,
            serviceUpdateType: .securityUpdate,
            updateActionAvailableDate: availableDate,
            updateActionStatus: status,
            nodesUpdated: "\(group.members.count { isUpdated($0) })/\(group.members.count)",
            updateActionStatusModifiedDate: progress?.changed ?? availableDate,
            slaMet: .na,
            nodeGroupUpdateStatus: withNodes && isGroup ? group.nodeGroups.map(nodeGroup) : nil,
            cacheNodeUpdateStatus: withNodes && !isGroup ? group.members.map(cacheNode) : nil,
            estimatedUpdateTime: ServiceUpdate.estimatedTime,
            engine: update.build.engine.rawValue)
    }

    private var availableDate: Date { max(update.releaseDate, group.createTime) }

    private func isUpdated(_ member: Member) -> Bool {
        guard let progress else { return false }
        return progress.state == .complete || progress.nodes[member.id]?.end != nil
    }

    private func status(of member: Member) -> API.NodeUpdateStatus {
        guard let progress else { return .notApplied }
        if isUpdated(member) { return .complete }
        if progress.nodes[member.id] != nil { return progress.state == .stopping ? .stopping : .inProgress }
        return switch progress.state {
        case .waitingToStart, .inProgress: .waitingToStart
        case .stopping, .stopped: .stopped
        case .complete: .complete
        }
    }

    private func nodeGroup(_ nodeGroup: NodeGroup) -> API.NodeGroupUpdateStatus {
        API.NodeGroupUpdateStatus(
            nodeGroupId: nodeGroup.id,
            nodeGroupMemberUpdateStatus: nodeGroup.members.map { member in
                let times = progress?.nodes[member.id]
                return API.NodeGroupMemberUpdateStatus(
                    cacheClusterId: member.id, cacheNodeId: Self.node, nodeUpdateStatus: status(of: member),
                    nodeUpdateStartDate: times?.start, nodeUpdateEndDate: times?.end,
                    nodeUpdateInitiatedBy: progress == nil ? nil : .customer, nodeUpdateInitiatedDate: progress?.requested,
                    nodeUpdateStatusModifiedDate: times?.end ?? times?.start ?? progress?.changed)
            })
    }

    private func cacheNode(_ member: Member) -> API.CacheNodeUpdateStatus {
        let times = progress?.nodes[member.id]
        return API.CacheNodeUpdateStatus(
            cacheNodeId: Self.node, nodeUpdateStatus: status(of: member), nodeUpdateStartDate: times?.start, nodeUpdateEndDate: times?.end,
            nodeUpdateInitiatedBy: progress == nil ? nil : .customer, nodeUpdateInitiatedDate: progress?.requested,
            nodeUpdateStatusModifiedDate: times?.end ?? times?.start ?? progress?.changed)
    }
}

extension UpdateProgress.State {
    var answer: API.UpdateActionStatus {
        switch self {
        case .waitingToStart: .waitingToStart
        case .inProgress: .inProgress
        case .stopping: .stopping
        case .stopped: .stopped
        case .complete: .complete
        }
    }
}
