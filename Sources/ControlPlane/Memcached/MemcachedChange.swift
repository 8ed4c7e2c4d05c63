import AWSProtocol
import CacheModel
import ElastiCacheAPI
import Foundation

/// ModifyCacheCluster of a Memcached cluster: what is true at once, and another number of nodes, at once or in the maintenance window.
enum MemcachedChange {
    /// `build` is what serves the version that is asked for.
    static func modify(
        _ cluster: MemcachedCluster, _ input: API.ModifyCacheClusterMessage, _ build: MemcachedBuildReference?, _ context: RequestContext,
        _ layout: NetworkLayout, _ picker: AddressPicker, in draft: inout Draft
    ) throws -> MemcachedCluster {
        let places = try NodePlaces.memcached(in: context.realm, context.region, layout, picker, &draft)
        let changed = try apply(input, build, to: cluster, context, places, in: &draft)
        try NodeQuota.admit(changed.nodes.filter { cluster.node($0.id) == nil }, to: changed, context, picker)
        try draft.put(changed)
        return changed
    }

    private static func apply(
        _ input: API.ModifyCacheClusterMessage, _ build: MemcachedBuildReference?, to cluster: MemcachedCluster, _ context: RequestContext,
        _ places: NodePlaces, in draft: inout Draft
    ) throws -> MemcachedCluster {
        guard cluster.status == .available, !cluster.nodes.contains(where: \.isRebooting) else {
            throw ServiceFault(
                .invalidCacheClusterState,
                "Cache cluster \(cluster.name) has status \(cluster.clusterStatus) which is not valid for modification.")
        }
        let nothing = API.ModifyCacheClusterMessage(cacheClusterId: input.cacheClusterId, applyImmediately: input.applyImmediately)
        let beginsWhatIsPending = input.applyImmediately == true && (cluster.pending != nil || cluster.pendingUpgrade != nil)
        guard input != nothing || beginsWhatIsPending else { throw ServiceFault.combination("No modifications were requested") }
        try UnservedMemcached.refuse(input, of: cluster, context)
        var changed = cluster
        let group = input.cacheParameterGroupName?.lowercased()
        // The version that there is takes back what is pending.
        if input.engineVersion == cluster.engineVersion { changed.pendingUpgrade = nil }
        if let upgrade = try MemcachedVersionChange.upgrade(of: cluster, to: input.engineVersion, build, group, &draft) {
            changed.pendingUpgrade = upgrade
        } else if let group, group != cluster.parameterGroup {
            guard let family = MemcachedRelease.named(cluster.engineVersion)?.family else { throw ServiceFault.missing("EngineVersion") }
            try MemcachedChoice.refer(to: group, for: family, in: context.realm, &draft)
            changed.parameterGroup = group
        }
        if let text = input.preferredMaintenanceWindow { changed.maintenanceWindow = try WindowInput.maintenance(text) }
        if let allows = input.autoMinorVersionUpgrade { changed.autoMinorVersionUpgrade = allows }
        try nodes(input, &changed, context)
        // Also what was pending before.
        if input.applyImmediately == true {
            try begin(&changed, places, context.now, &draft)
            MemcachedVersionChange.begin(&changed, context.now, &draft)
        }
        return changed
    }

    private static func nodes(
        _ input: API.ModifyCacheClusterMessage, _ cluster: inout MemcachedCluster, _ context: RequestContext
    ) throws {
        let removed = (input.cacheNodeIdsToRemove ?? []).map { NodeGroupID.canonical($0) ?? $0 }
        let zones = input.newAvailabilityZones ?? []
        guard let count = input.numCacheNodes else {
            guard removed.isEmpty, zones.isEmpty else {
                throw ServiceFault.combination(
                    "The parameter NumCacheNodes must be provided with \(removed.isEmpty ? "NewAvailabilityZones" : "CacheNodeIdsToRemove")."
                )
            }
            return try MemcachedZones.check(input.azMode, of: cluster, with: [])
        }
        try MemcachedZones.check(count: count)
        let present = cluster.remaining.count
        guard count > present || zones.isEmpty else {
            throw ServiceFault.combination("The parameter NewAvailabilityZones is only for nodes that are added. (NumCacheNodes)")
        }
        try checkRemoved(removed, count: count, of: cluster)
        let added = try MemcachedZones.added(max(count - present, 0), asked: zones, mode: input.azMode, to: cluster, in: context.region)
        // Whatever was pending before, this is what is wanted now; the number that there is takes it back.
        cluster.pending = count == present ? nil : PendingNodes(count: count, removed: removed, zones: added)
    }

    private static func checkRemoved(_ removed: [String], count: Int, of cluster: MemcachedCluster) throws {
        let leaving = max(cluster.remaining.count - count, 0)
        guard leaving > 0 || removed.isEmpty else {
            throw ServiceFault.combination("The parameter CacheNodeIdsToRemove is only for fewer nodes than there are. (NumCacheNodes)")
        }
        guard leaving == 0 || !removed.isEmpty else {
            throw ServiceFault.combination(
                "The parameter CacheNodeIdsToRemove must be provided when NumCacheNodes is less than the existing number of cache nodes.")
        }
        if let unknown = removed.first(where: { id in !cluster.remaining.contains { $0.id == id } }) {
            throw ServiceFault.value(
                "The parameter CacheNodeIdsToRemove names \(unknown), which is no node of cache cluster \(cluster.name).")
        }
        guard Set(removed).count == removed.count, removed.count == leaving else {
            throw ServiceFault.value(
                "The parameter CacheNodeIdsToRemove must name as many nodes as NumCacheNodes takes away. It names \(Set(removed).count), and "
                    + "from \(cluster.remaining.count) nodes to \(count) are \(leaving).")
        }
    }

    /// Begins what is pending.
    static func begin(_ cluster: inout MemcachedCluster, _ places: NodePlaces, _ now: Date, _ draft: inout Draft) throws {
        guard let pending = cluster.pending else { return }
        let present = cluster.remaining.count
        cluster.pending = nil
        cluster.beginChange(at: now)
        cluster.resize = Resize(from: present, to: pending.count)
        if pending.count > present {
            cluster.nodes += try MemcachedCreation.nodes(
                in: pending.zones, of: cluster.name, notAmong: cluster.nodes.map(\.id), places, now, change: .joining, &draft)
            cluster.nodes.sort { $0.id < $1.id }
            try draft.log(["Increasing number of requested nodes"], of: cluster, at: now)
        } else {
            for id in pending.removed { cluster.change(id) { $0.change = .leaving } }
            try draft.log(["Decreasing number of requested nodes"], of: cluster, at: now)
        }
    }
}
