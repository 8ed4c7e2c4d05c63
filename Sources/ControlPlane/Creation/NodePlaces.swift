import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// Where a region's nodes and endpoints are: takes what a new one needs, so that no other gets it.
struct NodePlaces {
    private let region: Region
    private let regionIndex: Int
    private let addresses: AddressPlan
    private let picker: AddressPicker

    init(in region: Region, addresses: AddressPlan, picker: AddressPicker, _ draft: inout Draft) throws {
        self.region = region
        self.addresses = addresses
        self.picker = picker
        regionIndex = try Self.regionIndex(region, in: &draft)
    }

    /// A member whose cluster id is known to be free. `process` must be unique for ever.
    func member(
        _ id: String, in zone: String, process: String, of uid: String, realm: Realm, clusterEnabled: Bool, tags: [CacheModel.Tag],
        _ draft: inout Draft
    ) throws -> Member {
        draft.takeClusterID(id, in: realm, for: uid)
        let subnet = addresses.subnet(regionIndex: regionIndex, zoneIndex: region.zoneIndex(zone) ?? 0)
        return Member(
            id: id, zone: zone, address: try take(subnet, "Availability Zone \(zone)", for: process, &draft), process: process,
            clusterNodeID: clusterEnabled ? Secret.hexadecimal(bytes: 20) : nil, tags: tags)
    }

    /// For a node that is no member of a group. `process` must be unique for ever.
    func address(in zone: String, for process: String, _ draft: inout Draft) throws -> IPv4Address {
        try take(addresses.subnet(regionIndex: regionIndex, zoneIndex: region.zoneIndex(zone) ?? 0), for: process, &draft)
    }

    func endpoint(of uid: String, _ draft: inout Draft) throws -> IPv4Address {
        try take(addresses.endpointSubnet(regionIndex: regionIndex), "the endpoints in \(region.name)", for: uid, &draft)
    }

    /// A region's slice of the network is its own for as long as it has groups.
    private static func regionIndex(_ region: Region, in draft: inout Draft) throws -> Int {
        var regions = draft.state.regions.value
        if let known = regions[region.name] { return known }
        let index = (0..<AddressPlan.regionCount).first { !regions.values.contains($0) }
        let inUse = Set(draft.state.reconciledKeys.map(\.realm.region))
        let abandoned = regions.keys.sorted().first { !inUse.contains($0) }
        guard let free = index ?? abandoned.flatMap({ regions.removeValue(forKey: $0) }) else {
            throw ServiceFault(
                .insufficientCacheClusterCapacity, "The network has room for \(AddressPlan.regionCount) regions, and all are in use.")
        }
        regions[region.name] = free
        try draft.setRegions(regions)
        return free
    }

    private func take(_ subnet: IPv4Network?, _ place: String, for owner: String, _ draft: inout Draft) throws -> IPv4Address {
        guard let subnet, let address = picker.pick(in: subnet, knowing: draft.state) else {
            throw ServiceFault(
                .insufficientCacheClusterCapacity,
                "No address is left in the subnet \(subnet.map { "\($0) " } ?? "")of \(place).")
        }
        draft.take(address, for: owner)
        return address
    }
}
