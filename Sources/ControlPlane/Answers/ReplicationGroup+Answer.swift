import CacheModel
import ElastiCacheAPI

extension ReplicationGroup {
    /// The group as the API shows it. Which members appear depends on the status, and clients rely on it: no `NodeGroups` before
    /// the group was available, and neither those nor `MemberClusters` once it is being deleted.
    func answer(_ context: RequestContext, _ endpoints: EndpointAnswers) -> API.ReplicationGroup {
        let isDeleting = status == .deleting
        let isBuilt = !isDeleting && status != .creating && status != .createFailed
        return API.ReplicationGroup(
            replicationGroupId: id,
            description: description,
            globalReplicationGroupInfo: API.GlobalReplicationGroupInfo(),
            status: status.rawValue,
            pendingModifiedValues: pendingModifiedValues,
            memberClusters: isDeleting ? nil : nodeGroups.flatMap(\.remaining).map(\.id),
            nodeGroups: isBuilt ? nodeGroups.map { nodeGroup($0, endpoints) } : nil,
            snapshottingClusterId: isDeleting ? nil : snapshottingMember,
            automaticFailover: automaticFailoverStatus,
            multiAZ: multiAZ ? .enabled : .disabled,
            configurationEndpoint: isBuilt ? endpoints.configuration(self) : nil,
            snapshotRetentionLimit: snapshotRetentionLimit,
            snapshotWindow: snapshotWindow.description,
            clusterEnabled: isDeleting ? nil : clusterEnabled,
            cacheNodeType: isDeleting ? nil : nodeType,
            authTokenEnabled: isDeleting ? nil : authTokens != nil,
            authTokenLastModifiedDate: isDeleting ? nil : authTokens?.modified,
            transitEncryptionEnabled: toldTransitEncryption != nil,
            atRestEncryptionEnabled: isEncryptedAtRest,
            memberClustersOutpostArns: isDeleting || outposts.isEmpty ? nil : outposts,
            kmsKeyId: isDeleting ? nil : atRestEncryption?.keyID,
            arn: context.arn(.replicationGroup, id),
            userGroupIds: isDeleting ? nil : userGroups.flatMap { $0.isEmpty ? nil : $0 },
            logDeliveryConfigurations: [],
            replicationGroupCreateTime: createTime,
            dataTiering: .disabled,
            autoMinorVersionUpgrade: autoMinorVersionUpgrade,
            networkType: networkTypeShape,
            ipDiscovery: discoveryShape,
            transitEncryptionMode: transitEncryptionShape,
            clusterMode: clusterEnabled ? .enabled : .disabled,
            engine: engine.rawValue)
    }

    /// Of the members that are on one.
    private var outposts: [String] { nodeGroups.flatMap(\.remaining).compactMap(\.outpost) }

    /// What was asked for and is not done yet, whether it waits for the maintenance window or is under way.
    private var pendingModifiedValues: API.ReplicationGroupPendingModifiedValues {
        let isStanding = status == .available || status == .modifying
        let primary = nodeGroups.lazy.compactMap(\.successor).first ?? pending?.primaryClusterID
        return API.ReplicationGroupPendingModifiedValues(
            primaryClusterId: isStanding ? primary : nil,
            automaticFailoverStatus: isSwitchingFailover ? automaticFailover ? .enabled : .disabled : nil,
            authTokenStatus: authTokenStatus,
            userGroups: isStanding
                ? userGroupChange.map { API.UserGroupsUpdateStatus(userGroupIdsToAdd: $0.added, userGroupIdsToRemove: $0.removed) } : nil,
            transitEncryptionEnabled: pendingTransitEncryption.map { $0.mode != nil },
            transitEncryptionMode: pendingTransitEncryption?.mode.flatMap { API.TransitEncryptionMode(rawValue: $0.rawValue) })
    }

    /// How clients are to come in and don't yet, whether that waits for the maintenance window or is under way.
    var pendingTransitEncryption: PendingTransitEncryption? {
        if transitChange?.isUnderWay == true { return PendingTransitEncryption(mode: transitEncryption) }
        return pending?.transitEncryption
    }

    var authTokenStatus: API.AuthTokenUpdateStatus? {
        status == .modifying ? authTokenChange.flatMap { API.AuthTokenUpdateStatus(rawValue: $0.rawValue) } : nil
    }

    /// Told from the versions on that have modes.
    var transitEncryptionShape: API.TransitEncryptionMode? {
        guard EngineVersion(fullEngineVersion)?.supportsTransitEncryptionMode == true else { return nil }
        return toldTransitEncryption.flatMap { API.TransitEncryptionMode(rawValue: $0.rawValue) }
    }

    private var isSwitchingFailover: Bool { status == .modifying && switchesFailover == true }

    /// With cluster mode disabled it is only on once the replicas are there.
    private var automaticFailoverStatus: API.AutomaticFailoverStatus {
        guard automaticFailover else { return isSwitchingFailover ? .disabling : .disabled }
        return isSwitchingFailover || status == .creating && !clusterEnabled ? .enabling : .enabled
    }

    private func nodeGroup(_ nodeGroup: NodeGroup, _ endpoints: EndpointAnswers) -> API.NodeGroup {
        let isChanging = nodeGroup.members.contains { $0.change == .joining || $0.change == .leaving }
        return API.NodeGroup(
            nodeGroupId: nodeGroup.id,
            // Settings change a group, and its node groups stay available.
            status: status == .modifying && isChanging ? "modifying" : "available",
            primaryEndpoint: endpoints.primary(nodeGroup, of: self),
            readerEndpoint: endpoints.reader(nodeGroup, of: self),
            slots: clusterEnabled ? Slots.text(nodeGroup.slots) : nil,
            // New replicas are listed as the group's clusters before they appear here.
            nodeGroupMembers: nodeGroup.remaining.filter { $0.change != .joining }.map { member in
                API.NodeGroupMember(
                    cacheClusterId: member.id,
                    cacheNodeId: "0001",
                    readEndpoint: clusterEnabled ? nil : endpoints.node(member, of: self),
                    preferredAvailabilityZone: member.zone,
                    preferredOutpostArn: member.outpost,
                    currentRole: clusterEnabled ? nil : member.id == nodeGroup.primary ? "primary" : "replica")
            })
    }
}
