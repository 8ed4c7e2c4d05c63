import AWSProtocol
import CacheModel
import ElastiCacheAPI
import Foundation

/// `NumCacheNodes` of ModifyCacheCluster, with `CacheNodeIdsToRemove`, `NewAvailabilityZones` and `AZMode`.
enum MemcachedResize {
    /// Records what is pending from now on.
    static func apply(
        _ input: API.ModifyCacheClusterMessage, _ cluster: inout MemcachedCluster, _ context: RequestContext, _ layout: NetworkLayout,
        _ draft: inout Draft
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
        var added: [String] = []
        if count > present {
            let covered = try draft.subnets(of: cluster, layout).zones(of: context.region)
            added = try MemcachedZones.added(count - present, asked: zones, mode: input.azMode, to: cluster, in: covered)
        } else {
            try MemcachedZones.check(input.azMode, of: cluster, with: [])
        }
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
    static func begin(
        _ cluster: inout MemcachedCluster, _ region: Region, _ layout: NetworkLayout, _ picker: AddressPicker, _ now: Date,
        _ draft: inout Draft
    ) throws {
        guard let pending = cluster.pending else { return }
        let present = cluster.remaining.count
        cluster.pending = nil
        cluster.beginChange(at: now)
        cluster.resize = Resize(from: present, to: pending.count)
        if pending.count > present {
            let addresses = try NodePlaces(of: cluster, layout, region, picker: picker, &draft)
            cluster.nodes += try MemcachedCreation.nodes(
                at: pending.zones.map { cluster.place(in: $0, layout) }, of: cluster.name, notAmong: cluster.nodes.map(\.id), addresses,
                now,
                change: .joining, &draft)
            cluster.nodes.sort { $0.id < $1.id }
            try draft.log(["Increasing number of requested nodes"], of: cluster, at: now)
        } else {
            for id in pending.removed { cluster.change(id) { $0.change = .leaving } }
            try draft.log(["Decreasing number of requested nodes"], of: cluster, at: now)
        }
    }
}
