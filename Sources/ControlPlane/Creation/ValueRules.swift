import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// What each parameter may be by itself, whatever the others are. In the order of the API reference.
enum ValueRules {
    static func check(_ request: CreationRequest) throws {
        for rule in all { try rule.check(request) }
    }

    static let all: [CreationRule<CreationRequest>] = [
        CreationRule("ReplicationGroupDescription") { _ = try GroupIdentifier.description($0.input.replicationGroupDescription) },
        CreationRule("NumCacheClusters") { request in
            guard let nodes = request.input.numCacheClusters else { return }
            try ReplicaCounts.checkRange(nodes - 1, "NumCacheClusters", shown: nodes, request.context.quotas)
        },
        CreationRule("NumNodeGroups") { request in
            guard let shards = request.input.numNodeGroups else { return }
            guard shards >= 1 else { throw ServiceFault.value("The parameter NumNodeGroups must be at least 1. It was \(shards).") }
            guard shards <= Quotas.mostNodesPerCluster else { throw NodeQuota.tooManyShards(shards, Quotas.mostNodesPerCluster) }
        },
        CreationRule("ReplicasPerNodeGroup") { request in
            guard let replicas = request.input.replicasPerNodeGroup else { return }
            try ReplicaCounts.checkRange(replicas, "ReplicasPerNodeGroup", request.context.quotas)
        },
        CreationRule("NodeGroupConfiguration") { request in
            let entries = request.input.nodeGroupConfiguration ?? []
            for (index, entry) in entries.enumerated() {
                guard let replicas = entry.replicaCount else { continue }
                try ReplicaCounts.checkRange(replicas, "\(ReplicaCounts.path(index)).ReplicaCount", request.context.quotas)
            }
            guard entries.count <= Quotas.mostNodesPerCluster else {
                throw NodeQuota.tooManyShards(entries.count, Quotas.mostNodesPerCluster)
            }
        },
        CreationRule("CacheNodeType") { request in
            guard let name = request.input.cacheNodeType else { return }
            guard request.context.nodeTypes[name] != nil else {
                throw NodeTypeInput.noType(name)
            }
        },
        CreationRule("Engine") { _ = try EngineChoice.engine($0.input.engine) },
        CreationRule("CacheSecurityGroupNames") { request in
            guard request.input.cacheSecurityGroupNames?.isEmpty == false else { return }
            if request.input.cacheSubnetGroupName != nil || request.input.securityGroupIds?.isEmpty == false {
                throw ServiceFault.combination(
                    "Use of cache security groups is not permitted along with cache subnet group and/or security group Ids. "
                        + "(CacheSecurityGroupNames)")
            }
            try UnservedParameters.refuseClassic(request.input.cacheSecurityGroupNames)
        },
        CreationRule("Tags") { _ = try TagInput.tags($0.input.tags, $0.context, countsThem: false) },
        CreationRule("SnapshotArns") { try ObjectARN.check($0.input.snapshotArns ?? [], $0.context) },
        CreationRule("PreferredMaintenanceWindow") { _ = try $0.input.preferredMaintenanceWindow.map(WindowInput.maintenance) },
        CreationRule("Port") { request in
            guard let port = request.input.port, !(1...65_535).contains(port) else { return }
            throw ServiceFault.value("The parameter Port must be within 1 and 65535. It was \(port).")
        },
        CreationRule("NotificationTopicArn") { _ = try $0.input.notificationTopicArn.map(TopicARN.checked($0.context)) },
        CreationRule("SnapshotRetentionLimit") { try GroupSettings.checkRetention($0.input.snapshotRetentionLimit ?? 0) },
        CreationRule("SnapshotWindow") { _ = try $0.input.snapshotWindow.map(WindowInput.snapshots) },
        CreationRule("AuthToken") { _ = try $0.input.authToken.map(AuthTokenInput.check) },
        CreationRule("UserGroupIds") { request in
            guard let groups = request.input.userGroupIds, groups.count > 1 else { return }
            throw ServiceFault.value("The parameter UserGroupIds may name one user group. It has \(groups.count).")
        },
        CreationRule("LogDeliveryConfigurations") { try LogDeliveryInput.check($0.input.logDeliveryConfigurations ?? []) },
        CreationRule("ClusterMode") { request in
            guard request.input.clusterMode == .compatible else { return }
            throw ServiceFault.value(
                "The parameter ClusterMode can not be compatible at creation: that is a step on the way from disabled to enabled.")
        },
        CreationRule("Durability") { _ = try DurabilityInput($0.context) },
    ]
}
