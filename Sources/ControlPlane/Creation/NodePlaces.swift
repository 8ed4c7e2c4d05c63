import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// Where a group's nodes and endpoints are: takes what a new one needs, so that no other gets it.
struct NodePlaces {
    /// Of a node or an endpoint: the one that it is known by, and with dual stack one of the other family.
    typealias Addresses = (main: IPAddress, second: IPAddress?)

    private let subnets: SubnetChoice
    /// The family by which nodes are known first.
    private let families: [AddressFamily]
    private let layout: NetworkLayout
    /// The region's part of the network, where that is divided.
    private let slice: Int?
    private let picker: AddressPicker

    init(
        in subnets: SubnetChoice, _ families: [AddressFamily], _ layout: NetworkLayout, _ region: Region, picker: AddressPicker,
        _ draft: inout Draft
    ) throws {
        self.subnets = subnets
        self.families = families
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
        let (subnet, addresses) = try node(at: place, for: process, &draft)
        var member = Member(
            id: id, zone: place.zone, address: addresses.main, process: process,
            clusterNodeID: clusterEnabled ? Secret.hexadecimal(bytes: 20) : nil, tags: tags)
        member.secondAddress = addresses.second
        member.subnet = subnet.id
        member.outpost = subnet.outpost
        return member
    }

    /// What a node has there: taken from the first subnet with room. `process` must be unique for ever.
    func node(at place: NodePlace, for process: String, _ draft: inout Draft) throws -> (subnet: Subnet, addresses: Addresses) {
        let candidates = subnets.subnets(at: place)
        for subnet in candidates {
            if let addresses = take(subnet.ranges, for: process, &draft) { return (subnet, addresses) }
        }
        throw Self.full(candidates.map { "\($0.id) (\(description(of: $0.ranges)), \($0.zone))" })
    }

    func endpoint(of uid: String, _ draft: inout Draft) throws -> Addresses {
        let addresses = try families.map { try endpoint(of: uid, $0, &draft) }
        return (addresses[0], addresses.dropFirst().first)
    }

    private func endpoint(of uid: String, _ family: AddressFamily, _ draft: inout Draft) throws -> IPAddress {
        let sources = subnets.endpointSources(family)
        for source in sources {
            if let address = pick(source.ranges, family, draft.state) {
                draft.take(address, for: uid)
                return address
            }
        }
        throw Self.full(sources.map { "\($0.name) (\(description(of: $0.ranges)), \(subnets.vpc.id))" })
    }

    private static func full(_ subnets: [String]) -> ServiceFault {
        ServiceFault(
            .insufficientCacheClusterCapacity, "No address is left in the subnet \(subnets.joined(separator: " nor in the subnet ")).")
    }

    private func description(of ranges: AddressRanges) -> String {
        families.compactMap { layout.range(of: ranges, $0, slice: slice)?.description }.joined(separator: ", ")
    }

    /// One of each family, or none at all.
    private func take(_ ranges: AddressRanges, for owner: String, _ draft: inout Draft) -> Addresses? {
        let picked = families.compactMap { pick(ranges, $0, draft.state) }
        guard picked.count == families.count, let main = picked.first else { return nil }
        for address in picked { draft.take(address, for: owner) }
        return (main, picked.dropFirst().first)
    }

    private func pick(_ ranges: AddressRanges, _ family: AddressFamily, _ state: WorldState) -> IPAddress? {
        layout.range(of: ranges, family, slice: slice).flatMap { picker.pick(in: $0, knowing: state) }
    }

    /// A region's slice of the network is its own for as long as it has groups.
    private static func slice(of region: Region, in draft: inout Draft) throws -> Int {
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
}
