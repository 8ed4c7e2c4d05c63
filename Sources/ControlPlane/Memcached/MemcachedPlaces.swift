import AWSProtocol
import CacheModel

extension NodePlaces {
    /// Where more of a Memcached cluster's nodes, and its configuration endpoint, may be.
    init(
        of cluster: MemcachedCluster, _ layout: NetworkLayout, _ region: Region, picker: AddressPicker, _ draft: inout Draft
    ) throws {
        let subnets = try draft.subnets(of: cluster, layout)
        try self.init(in: subnets, cluster.families, layout, region, picker: picker, &draft)
    }
}

extension MemcachedCluster {
    /// On the Outpost of the others, where all of them are on one in that zone.
    func place(in zone: String, _ layout: NetworkLayout) -> NodePlace {
        let outposts = Set(remaining.map(\.outpost))
        guard outposts.count == 1, let arn = outposts.first ?? nil, layout.outpost(arn)?.zone == zone else { return NodePlace(zone: zone) }
        return NodePlace(zone: zone, outpost: arn)
    }
}
