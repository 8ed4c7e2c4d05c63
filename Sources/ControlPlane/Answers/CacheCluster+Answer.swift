import CacheModel
import ElastiCacheAPI

extension ReplicationGroup {
    /// One of the group's members, or the lone cluster itself, as the API shows it.
    func clusterAnswer(
        _ member: Member, nodes: Bool, _ parameters: ParameterStanding, _ context: RequestContext, _ endpoints: EndpointAnswers
    ) -> API.CacheCluster {
        let isMember = kind == .replicationGroup
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
            pendingModifiedValues: pendingClusterValues,
            notificationConfiguration: notificationTopic?.answer,
            cacheSecurityGroups: [],
            cacheParameterGroup: API.CacheParameterGroupStatus(
                cacheParameterGroupName: parameterGroup, parameterApplyStatus: parameters.status(member),
                cacheNodeIdsToReboot: parameters.needsReboot(member) ? ["0001"] : []),
            cacheSubnetGroupName: subnetGroup,
            cacheNodes: nodes && isStanding(member) ? [node(member, parameters, endpoints)] : nil,
            autoMinorVersionUpgrade: autoMinorVersionUpgrade,
            securityGroups: securityGroupAnswers(context),
            replicationGroupId: isMember ? id : nil,
            snapshotRetentionLimit: !isMember || member.id == snapshottingMember ? snapshotRetentionLimit : 0,
            snapshotWindow: snapshotWindow.description,
            authTokenEnabled: authTokens != nil,
            authTokenLastModifiedDate: authTokens?.modified,
            transitEncryptionEnabled: toldTransitEncryption != nil,
            atRestEncryptionEnabled: isEncryptedAtRest,
            arn: context.arn(.cluster, member.id),
            replicationGroupLogDeliveryEnabled: false,
            logDeliveryConfigurations: [],
            networkType: networkTypeShape,
            ipDiscovery: discoveryShape,
            transitEncryptionMode: transitEncryptionShape)
    }

    /// What was asked for and is not done yet, whether it waits for the maintenance window or is under way.
    private var pendingClusterValues: API.PendingModifiedValues {
        API.PendingModifiedValues(
            engineVersion: (upgrade?.target ?? pending?.upgrade)?.fullEngineVersion, cacheNodeType: nodeTypeChange ?? pending?.nodeType,
            authTokenStatus: authTokenStatus, transitEncryptionEnabled: pendingTransitEncryption.map { $0.mode != nil },
            transitEncryptionMode: pendingTransitEncryption?.mode.flatMap { API.TransitEncryptionMode(rawValue: $0.rawValue) })
    }

    /// A primary that was before its group, or outlives it, shows neither as being created nor as being deleted. Clusters have no status for a creation that failed: clients
    /// that wait for one stop at this.
    func clusterStatus(_ member: Member) -> String {
        switch (status, member.change) {
        case (.createFailed, _): "incompatible-network"
        case (.deleting, _) where isRetained(member): GroupStatus.modifying.rawValue
        case (.creating, let change) where isConversion && change != .joining && change != .leaving: GroupStatus.modifying.rawValue
        case (.creating, .leaving): GroupStatus.deleting.rawValue
        case (.available, .joining), (.modifying, .joining): GroupStatus.creating.rawValue
        case (.available, .leaving), (.modifying, .leaving): GroupStatus.deleting.rawValue
        case (.available, .rebooting), (.modifying, .rebooting): Member.rebootingStatus
        default: status.rawValue
        }
    }

    /// Whether its nodes are told: not before they are there, nor when they are about to go.
    private func isStanding(_ member: Member) -> Bool {
        switch status {
        case .available, .modifying: member.change != .joining && member.change != .leaving
        case .creating: isConversion && member.change != .joining && member.change != .leaving
        case .deleting: isRetained(member)
        case .createFailed: false
        }
    }

    private func isRetained(_ member: Member) -> Bool { retainsPrimary && member.id == nodeGroups.first?.primary }

    private func node(_ member: Member, _ parameters: ParameterStanding, _ endpoints: EndpointAnswers) -> API.CacheNode {
        API.CacheNode(
            cacheNodeId: "0001",
            cacheNodeStatus: member.isRebooting ? "rebooting" : "available",
            cacheNodeCreateTime: member.createTime ?? createTime,
            endpoint: endpoints.node(member, of: self),
            parameterGroupStatus: parameters.status(member),
            customerAvailabilityZone: member.zone,
            customerOutpostArn: member.outpost)
    }
}

extension NotificationTopic {
    var answer: API.NotificationConfiguration {
        API.NotificationConfiguration(topicArn: arn, topicStatus: isActive ? "active" : "inactive")
    }
}

extension Guarded {
    func securityGroupAnswers(_ context: RequestContext) -> [API.SecurityGroupMembership] {
        (securityGroups ?? [context.defaultSecurityGroup]).map {
            API.SecurityGroupMembership(securityGroupId: $0, status: "active")
        }
    }
}

extension RequestContext {
    /// The one security group of a region's default network: the same for ever, and another one in every account.
    var defaultSecurityGroup: String { DefaultNetwork(realm).securityGroupID }
}
