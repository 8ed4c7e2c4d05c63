import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// Where a group's nodes and endpoints are: takes what a new one needs, so that no other gets it.
struct NodePlaces {
    private let subnets: SubnetChoice
    private let layout: NetworkLayout
    /// The region's part of the network, where that is divided.
    private let slice: Int?
    private let picker: AddressPicker

    init(in subnets: SubnetChoice, _ layout: NetworkLayout, _ region: Region, picker: AddressPicker, _ draft: inout Draft) throws {
        self.subnets = subnets
        self.layout = layout
        self.picker = picker
        slice = subnets.isShared ? try Self.slice(of: region, in: &draft) : nil
    }

    /// A member whose cluster id is known to be free. `process` must be unique for ever.
    func member(
        _ id: String, at place: NodePlace, process: String, of uid: String, realm: Realm, clusterEnabled: Bool, tags: [CacheModel.Tag],
        _ draft: inout Draft
    ) throws -> Member {
        draft.takeClusterID(id, in: realm, for: uid)
        let candidates = subnets.subnets(at: place)
        for subnet in candidates {
            guard let address = take(subnet.ranges.ipv4, for: process, &draft) else { continue }
            var member = Member(
                id: id, zone: place.zone, address: address, process: process,
                clusterNodeID: clusterEnabled ? Secret.hexadecimal(bytes: 20) : nil, tags: tags)
            member.subnet = subnet.id
            member.outpost = subnet.outpost
            return member
        }
        throw Self.full(candidates.map { "\($0.id) (\(description(of: $0.ranges.ipv4)), \($0.zone))" })
    }

    func endpoint(of uid: String, _ draft: inout Draft) throws -> IPv4Address {
        for source in subnets.endpointSources {
            if let address = take(source.addresses, for: uid, &draft) { return address }
        }
        throw Self.full(subnets.endpointSources.map { "\($0.name) (\(description(of: $0.addresses)), \(subnets.vpc.id))" })
    }

    private static func full(_ subnets: [String]) -> ServiceFault {
        ServiceFault(
            .insufficientCacheClusterCapacity, "No address is left in the subnet \(subnets.joined(separator: " nor in the subnet ")).")
    }

    private func description(of addresses: AddressRanges.IPv4?) -> String {
        addresses.flatMap { layout.network(of: $0, slice: slice) }?.description ?? "without addresses"
    }

    private func take(_ addresses: AddressRanges.IPv4?, for owner: String, _ draft: inout Draft) -> IPv4Address? {
        guard let network = addresses.flatMap({ layout.network(of: $0, slice: slice) }),
            let address = picker.pick(in: network, knowing: draft.state)
        else { return nil }
        draft.take(address, for: owner)
        return address
    }

    /// A region's slice of the network is its own for as long as it has groups.
    private static func slice(of region: Region, in draft: inout Draft) throws -> Int {
        var regions = draft.state.regions.value
        if let known = regions[region.name] { return known }
        let index = (0..<AddressPlan.regionCount).first { !regions.values.contains($0) }
        let inUse = Set(draft.state.groups.keys.map(\.realm.region))
        let abandoned = regions.keys.sorted().first { !inUse.contains($0) }
        guard let free = index ?? abandoned.flatMap({ regions.removeValue(forKey: $0) }) else {
            throw ServiceFault(
                .insufficientCacheClusterCapacity, "The network has room for \(AddressPlan.regionCount) regions, and all are in use.")
        }
        regions[region.name] = free
        try draft.setRegions(regions)
        return free
    }
}
