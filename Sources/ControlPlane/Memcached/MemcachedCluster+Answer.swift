import CacheModel
import ElastiCacheAPI

extension MemcachedCluster {
    /// The cluster as the API shows it. No endpoints before it was available, nor while it is being deleted.
    func answer(
        nodes: Bool, _ parameters: MemcachedParameters, _ context: RequestContext, _ style: ServiceSettings.EndpointStyle
    )
        -> API.CacheCluster
    {
        let isStanding = status == .available || status == .modifying
        let names = style == .name ? EndpointNames(of: self) : nil
        // While its version changes it is told as it was before, as the real service does; its nodes are being started again.
        let outdated = former == nil ? parameters.outdated(of: self) : []
        return API.CacheCluster(
            cacheClusterId: name,
            configurationEndpoint: isStanding
                ? API.Endpoint(address: names?.memcachedConfiguration ?? configurationAddress.description, port: port) : nil,
            clientDownloadLandingPage: "https://console.aws.amazon.com/elasticache/home#client-download:",
            cacheNodeType: former?.nodeType ?? nodeType,
            engine: MemcachedRelease.engine,
            engineVersion: former?.engineVersion ?? engineVersion,
            cacheClusterStatus: clusterStatus,
            numCacheNodes: resize?.from ?? remaining.count,
            preferredAvailabilityZone: zone,
            preferredOutpostArn: outpost,
            cacheClusterCreateTime: createTime,
            preferredMaintenanceWindow: maintenanceWindow.description,
            pendingModifiedValues: pendingModifiedValues,
            notificationConfiguration: notificationTopic?.answer,
            cacheSecurityGroups: [],
            cacheParameterGroup: API.CacheParameterGroupStatus(
                cacheParameterGroupName: former?.parameterGroup ?? parameterGroup,
                parameterApplyStatus: outdated.isEmpty ? "in-sync" : "pending-reboot",
                cacheNodeIdsToReboot: outdated),
            cacheSubnetGroupName: subnetGroup,
            cacheNodes: nodes && isStanding ? self.nodes.filter { $0.change != .joining }.map { node($0, outdated, names) } : nil,
            autoMinorVersionUpgrade: autoMinorVersionUpgrade,
            securityGroups: securityGroupAnswers(context),
            authTokenEnabled: false,
            transitEncryptionEnabled: isEncryptedInTransit,
            atRestEncryptionEnabled: false,
            arn: context.arn(.cluster, name),
            replicationGroupLogDeliveryEnabled: false,
            logDeliveryConfigurations: [],
            networkType: networkTypeShape,
            ipDiscovery: discoveryShape,
            transitEncryptionMode: transitEncryption.flatMap { API.TransitEncryptionMode(rawValue: $0.rawValue) })
    }

    /// Clusters have no status for a creation that failed: clients that wait for one stop at this.
    var clusterStatus: String {
        if status == .createFailed { return "incompatible-network" }
        return status == .available && nodes.contains(where: \.isRebooting) ? Member.rebootingStatus : status.rawValue
    }

    private var zone: String {
        let zones = Set(remaining.map(\.zone))
        return zones.count > 1 ? "Multiple" : zones.first ?? ""
    }

    /// Nil where they are on several, or on none.
    private var outpost: String? {
        let outposts = Set(remaining.map(\.outpost))
        return outposts.count == 1 ? outposts.first ?? nil : nil
    }

    /// What was asked for and is not done yet, whether it waits for the maintenance window or is under way.
    private var pendingModifiedValues: API.PendingModifiedValues {
        let told = former ?? footing
        let awaited = former == nil ? pendingUpgrade ?? footing : footing
        let removed = resize == nil ? pending?.removed ?? [] : nodes.filter { $0.change == .leaving }.map(\.id)
        return API.PendingModifiedValues(
            numCacheNodes: resize?.to ?? pending?.count, cacheNodeIdsToRemove: removed.isEmpty ? nil : removed,
            engineVersion: awaited.engineVersion == told.engineVersion ? nil : awaited.engineVersion,
            cacheNodeType: awaited.nodeType == told.nodeType ?? nodeType ? nil : awaited.nodeType)
    }

    private func node(_ node: MemcachedNode, _ outdated: [String], _ names: EndpointNames?) -> API.CacheNode {
        API.CacheNode(
            cacheNodeId: node.id,
            cacheNodeStatus: node.isRebooting ? "rebooting" : node.change == .leaving ? "deleting" : "available",
            cacheNodeCreateTime: node.createTime,
            endpoint: API.Endpoint(address: names?.memcachedNode(node.id) ?? node.address.description, port: port),
            parameterGroupStatus: outdated.contains(node.id) ? "pending-reboot" : "in-sync",
            customerAvailabilityZone: node.zone,
            customerOutpostArn: node.outpost)
    }
}

extension World {
    /// A cluster as the API shows it, beside what its parameter group says now.
    func answer(
        _ cluster: MemcachedCluster, nodes: Bool, _ context: RequestContext, _ settings: ServiceSettings
    ) -> API.CacheCluster {
        let parameters = read { MemcachedParameters(of: cluster, context.nodeTypes, in: $0) }
        return cluster.answer(nodes: nodes, parameters, context, settings.endpointStyle)
    }
}

extension EndpointNames {
    /// Nil for a region that was never one.
    init?(of cluster: MemcachedCluster) {
        guard let region = Region(cluster.realm.region) else { return nil }
        self.init(group: cluster.name, account: cluster.realm.account, region: region, tls: false)
    }
}
