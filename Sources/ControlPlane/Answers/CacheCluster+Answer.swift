import CacheModel
import ElastiCacheAPI

extension ReplicationGroup {
    /// One of the group's members, or the lone cluster itself, as the API shows it.
    func clusterAnswer(_ member: Member, nodes: Bool, _ context: RequestContext, _ endpoints: EndpointAnswers) -> API.CacheCluster {
        let isMember = kind == .replicationGroup
        let isStanding = (status == .available || status == .modifying) && member.change != .joining && member.change != .leaving
        return API.CacheCluster(
            cacheClusterId: member.id,
            clientDownloadLandingPage: "https://console.aws.amazon.com/elasticache/home#client-download:",
            cacheNodeType: nodeType,
            engine: engine.rawValue,
            engineVersion: fullEngineVersion,
            cacheClusterStatus: clusterStatus(member),
            numCacheNodes: 1,
            preferredAvailabilityZone: member.zone,
            preferredOutpostArn: member.outpost,
            cacheClusterCreateTime: member.createTime ?? createTime,
            preferredMaintenanceWindow: maintenanceWindow.description,
            pendingModifiedValues: API.PendingModifiedValues(),
            cacheSecurityGroups: [],
            cacheParameterGroup: API.CacheParameterGroupStatus(
                cacheParameterGroupName: parameterGroup, parameterApplyStatus: "in-sync", cacheNodeIdsToReboot: []),
            cacheSubnetGroupName: subnetGroup,
            cacheNodes: nodes && isStanding ? [node(member, endpoints)] : nil,
            autoMinorVersionUpgrade: autoMinorVersionUpgrade,
            securityGroups: (securityGroups ?? [context.defaultSecurityGroup]).map {
                API.SecurityGroupMembership(securityGroupId: $0, status: "active")
            },
            replicationGroupId: isMember ? id : nil,
            snapshotRetentionLimit: !isMember || member.id == snapshottingMember ? snapshotRetentionLimit : 0,
            snapshotWindow: snapshotWindow.description,
            authTokenEnabled: false,
            transitEncryptionEnabled: false,
            atRestEncryptionEnabled: false,
            arn: context.arn(.cluster, member.id),
            replicationGroupLogDeliveryEnabled: false,
            logDeliveryConfigurations: [],
            networkType: .ipv4,
            ipDiscovery: .ipv4)
    }

    /// A primary that outlives its group never shows as being deleted. Clusters have no status for a creation that failed: clients
    /// that wait for one stop at this.
    func clusterStatus(_ member: Member) -> String {
        switch (status, member.change) {
        case (.createFailed, _): "incompatible-network"
        case (.deleting, _) where retainsPrimary && member.id == nodeGroups.first?.primary: GroupStatus.modifying.rawValue
        case (.available, .joining), (.modifying, .joining): GroupStatus.creating.rawValue
        case (.available, .leaving), (.modifying, .leaving): GroupStatus.deleting.rawValue
        case (.available, .rebooting), (.modifying, .rebooting): Member.rebootingStatus
        default: status.rawValue
        }
    }

    private func node(_ member: Member, _ endpoints: EndpointAnswers) -> API.CacheNode {
        API.CacheNode(
            cacheNodeId: "0001",
            cacheNodeStatus: member.isRebooting ? "rebooting" : "available",
            cacheNodeCreateTime: member.createTime ?? createTime,
            endpoint: endpoints.node(member, of: self),
            parameterGroupStatus: "in-sync",
            customerAvailabilityZone: member.zone,
            customerOutpostArn: member.outpost)
    }
}

extension RequestContext {
    /// The one security group of a region's default network: the same for ever, and another one in every account.
    var defaultSecurityGroup: String { DefaultNetwork(realm).securityGroupID }
}
