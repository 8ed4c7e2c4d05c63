import AWSProtocol
import CacheModel
import ElastiCacheAPI
import Foundation

/// ModifyCacheCluster of a Memcached cluster: what is true at once; and another number of nodes, engine version or node type, at once or in
/// the maintenance window.
struct MemcachedChange {
    let input: API.ModifyCacheClusterMessage
    /// What serves the version that is asked for.
    let build: MemcachedBuildReference?
    let context: RequestContext
    let layout: NetworkLayout
    let picker: AddressPicker

    func modify(_ cluster: MemcachedCluster, in draft: inout Draft) throws -> MemcachedCluster {
        guard cluster.status == .available, !cluster.nodes.contains(where: \.isRebooting) else {
            throw ServiceFault(
                .invalidCacheClusterState,
                "Cache cluster \(cluster.name) has status \(cluster.clusterStatus) which is not valid for modification.")
        }
        let nothing = API.ModifyCacheClusterMessage(cacheClusterId: input.cacheClusterId, applyImmediately: input.applyImmediately)
        let beginsWhatIsPending = input.applyImmediately == true && (cluster.pending != nil || cluster.pendingUpgrade != nil)
        guard input != nothing || beginsWhatIsPending else { throw ServiceFault.combination("No modifications were requested") }
        try UnservedMemcached.refuse(input, of: cluster)
        var changed = cluster
        try MemcachedUpgrading(input: input, build: build, context: context).apply(to: &changed, in: &draft)
        try settings(&changed)
        // Its nodes listen at both of their addresses.
        try DiscoveryChange.apply(input.ipDiscovery, to: &changed, at: context.now)
        try SecurityGroupInput(layout: layout, realm: context.realm).change(&changed, to: input.securityGroupIds, at: context.now)
        try MemcachedResize.apply(input, &changed, context, layout, &draft)
        // Also what was pending before.
        if input.applyImmediately == true {
            try MemcachedResize.begin(&changed, context.region, layout, picker, context.now, &draft)
            MemcachedUpgrading.begin(&changed, context.now, &draft)
        }
        try NodeQuota.admit(changed, since: cluster, context, picker)
        try draft.put(changed)
        return changed
    }

    /// What is true at once.
    private func settings(_ cluster: inout MemcachedCluster) throws {
        if let text = input.preferredMaintenanceWindow { cluster.maintenanceWindow = try WindowInput.maintenance(text) }
        if let allows = input.autoMinorVersionUpgrade { cluster.autoMinorVersionUpgrade = allows }
        cluster.notificationTopic = try NotificationInput.change(
            cluster.notificationTopic, topic: input.notificationTopicArn, status: input.notificationTopicStatus, context)
    }
}
