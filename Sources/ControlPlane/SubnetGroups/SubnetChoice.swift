import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// A subnet group and what it stands for at one moment: the subnets that a cache's nodes may be in.
struct SubnetChoice: Equatable {
    let group: String
    let vpc: VPC
    /// At least one, in the order in which the group has them.
    let subnets: [Subnet]

    private init(group: String, vpc: VPC, subnets: [Subnet]) {
        self.group = group
        self.vpc = vpc
        self.subnets = subnets
    }

    /// `name` is nil where the request named none. Throws `CacheSubnetGroupNotFoundFault`, or `InvalidVPCNetworkStateFault` for one whose
    /// subnets are no more.
    init(_ name: String?, in state: WorldState, _ layout: NetworkLayout, _ realm: Realm) throws {
        group = name?.lowercased() ?? SubnetGroup.defaultName
        if group == SubnetGroup.defaultName {
            guard let vpc = layout.defaultVPC(in: realm) else {
                throw ServiceFault(
                    .cacheSubnetGroupNotFound,
                    "Cache subnet group default does not exist: account \(realm.account) has no default VPC in \(realm.region). "
                        + "Name a subnet group in CacheSubnetGroupName.")
            }
            self.vpc = vpc
            subnets = SubnetGroup.defaultSubnets(of: vpc)
            return
        }
        guard let record = state.resource(SubnetGroup.self, group, in: realm) else {
            throw ServiceFault(.cacheSubnetGroupNotFound, "Cache subnet group \(group) does not exist. (CacheSubnetGroupName)")
        }
        let vpc = layout.vpc(record.vpc, in: realm)
        subnets = record.subnets.compactMap { vpc?.subnet($0) }
        guard let vpc, !subnets.isEmpty else {
            throw ServiceFault(
                .invalidVPCNetworkState,
                "The subnets of cache subnet group \(group) are not among the networks that the service was started with. "
                    + "(CacheSubnetGroupName)")
        }
        self.vpc = vpc
    }

    /// The zones with a subnet, in the region's order.
    func zones(of region: Region) -> CoveredZones {
        CoveredZones(region: region, names: region.zones.filter { zone in subnets.contains { $0.zone == zone } }, subnetGroup: group)
    }

    /// The subnets that a node may be in.
    func subnets(at place: NodePlace) -> [Subnet] {
        subnets.filter { $0.zone == place.zone && (place.outpost == nil || $0.outpost == place.outpost) }
    }

    /// The same with the subnets alone that nodes of the type may be in.
    func supporting(_ type: NetworkType) throws -> SubnetChoice {
        let fit = subnets.filter { $0.ranges.supports(type) }
        guard !fit.isEmpty else {
            throw ServiceFault(
                .invalidSubnet,
                "No subnet of cache subnet group \(group) supports NetworkType \(type.rawValue). (CacheSubnetGroupName, NetworkType)")
        }
        return SubnetChoice(group: group, vpc: vpc, subnets: fit)
    }

    /// Whether its addresses are of the region's part of a divided network.
    var isShared: Bool {
        (subnets.map(\.ranges.ipv4) + [vpc.endpoints.ipv4]).contains { if case .share = $0 { true } else { false } }
    }

    /// Where addresses of endpoints may come from: a range of their own, or the subnets.
    func endpointSources(_ family: AddressFamily) -> [(name: String, ranges: AddressRanges)] {
        if vpc.endpoints.has(family) { return [(name: "for endpoints", ranges: vpc.endpoints)] }
        return subnets.filter { $0.ranges.has(family) }.map { (name: $0.id, ranges: $0.ranges) }
    }

    func network(_ input: NetworkInput) -> GroupNetwork {
        GroupNetwork(subnetGroup: group, vpc: vpc.id, type: input.type, discovery: input.discovery)
    }
}

/// The zones that a group's nodes may be in.
struct CoveredZones: Equatable {
    let region: Region
    /// In the region's order; at least one.
    let names: [String]
    let subnetGroup: String

    func check(_ zone: String, _ parameter: String) throws {
        try ShardZones.checkZone(zone, region, parameter)
        guard names.contains(zone) else {
            throw ServiceFault.combination(
                "The parameter \(parameter) names \(zone), in which cache subnet group \(subnetGroup) has no subnet: it covers "
                    + "\(names.joined(separator: ", ")). (CacheSubnetGroupName)")
        }
    }
}

/// Where a node is to be.
struct NodePlace: Equatable {
    var zone: String
    /// Only in subnets that are on this Outpost.
    var outpost: String?

    func holds(_ member: Member) -> Bool { member.zone == zone && (outpost == nil || member.outpost == outpost) }
}

extension SubnetGroup {
    /// The group that every account with a default VPC has: all that is in the region itself, or else all that is on Outposts.
    static func standard(in realm: Realm, _ layout: NetworkLayout) -> SubnetGroup? {
        layout.defaultVPC(in: realm).map { vpc in
            SubnetGroup(
                realm: realm, name: defaultName, description: "Default CacheSubnetGroup", vpc: vpc.id,
                subnets: defaultSubnets(of: vpc).map(\.id))
        }
    }

    fileprivate static func defaultSubnets(of vpc: VPC) -> [Subnet] {
        let regional = vpc.subnets.filter { $0.outpost == nil }
        return regional.isEmpty ? vpc.subnets : regional
    }
}

extension Draft {
    /// The subnets of a group that something in this draft begins to use: whoever changes or removes it at the same moment, having seen that
    /// nobody does, then finds that it has changed.
    mutating func subnets(ofGroup name: String?, _ layout: NetworkLayout, in realm: Realm) throws -> SubnetChoice {
        if let name, let record = resource(SubnetGroup.self, name.lowercased(), in: realm) { try put(record) }
        return try SubnetChoice(name, in: state, layout, realm)
    }

    /// The subnets that more nodes of a group may be in.
    mutating func subnets(of group: ReplicationGroup, _ layout: NetworkLayout) throws -> SubnetChoice {
        try subnets(ofGroup: group.subnetGroup, layout, in: group.realm).supporting(group.networkType)
    }

    mutating func subnets(of cluster: MemcachedCluster, _ layout: NetworkLayout) throws -> SubnetChoice {
        try subnets(ofGroup: cluster.subnetGroup, layout, in: cluster.realm).supporting(cluster.networkType)
    }
}
