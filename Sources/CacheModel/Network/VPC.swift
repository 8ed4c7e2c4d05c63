/// A network of an account's own in a region, divided into subnets. Which there are the operator says in a file, or nobody: see `NetworkLayout`.
package struct VPC: Sendable, Equatable {
    /// `vpc-...`
    package let id: String
    package let region: String
    /// The account that sees it; nil: every one.
    package let account: String?
    /// Whether it is where caches are whose creator named no subnet group.
    package let isDefault: Bool
    /// Where the addresses of endpoints are; empty: in the subnets of the group that has the endpoint.
    package let endpoints: AddressRanges
    /// In the order in which they were named.
    package let subnets: [Subnet]
    /// At least one: the default security group.
    package let securityGroups: [SecurityGroup]

    package init(
        id: String, region: String, account: String? = nil, isDefault: Bool, endpoints: AddressRanges, subnets: [Subnet],
        securityGroups: [SecurityGroup]
    ) {
        self.id = id
        self.region = region
        self.account = account
        self.isDefault = isDefault
        self.endpoints = endpoints
        self.subnets = subnets
        self.securityGroups = securityGroups
    }

    package func subnet(_ id: String) -> Subnet? { subnets.first { $0.id == id } }

    /// The one that a cache is in whose creator named none.
    package var defaultSecurityGroup: SecurityGroup? { securityGroups.first(where: \.isDefault) }

    func isVisible(in realm: Realm) -> Bool { region == realm.region && (account == nil || account == realm.account) }
}

/// A part of a VPC in one zone: where nodes have their addresses.
package struct Subnet: Sendable, Equatable {
    /// `subnet-...`
    package let id: String
    package let zone: String
    package let ranges: AddressRanges
    /// The ARN of the Outpost that it is on: a host labelled so.
    package let outpost: String?

    package init(id: String, zone: String, ranges: AddressRanges, outpost: String? = nil) {
        self.id = id
        self.zone = zone
        self.ranges = ranges
        self.outpost = outpost
    }
}

/// The addresses of a subnet, or of a VPC's endpoints: of one family or of both.
package struct AddressRanges: Sendable, Hashable {
    package enum IPv4: Sendable, Hashable {
        case range(IPv4Network)
        /// A part of the slice that the region has of the network (`--network`), from its first group on: one of the zones' (0 to 6), or the
        /// endpoints' (7).
        case share(Int)
    }

    package var ipv4: IPv4?
    package var ipv6: IPv6Network?

    package init(ipv4: IPv4? = nil, ipv6: IPv6Network? = nil) {
        self.ipv4 = ipv4
        self.ipv6 = ipv6
    }

    package var isEmpty: Bool { ipv4 == nil && ipv6 == nil }
}
