/// Which VPCs, subnets and security groups there are, and which addresses are in them.
package struct NetworkLayout: Sendable, Equatable {
    /// Divided where nobody named VPCs.
    private let plan: AddressPlan
    /// As the operator named them; nil: every account has one default VPC in every region.
    private let named: [VPC]?
    /// Of all regions.
    package let outposts: [Outpost]

    /// A default VPC per account and region, with a subnet per zone. Accounts share the addresses.
    package init(dividing plan: AddressPlan) {
        self.plan = plan
        named = nil
        outposts = []
    }

    /// What the operator named, and nothing else.
    package init(vpcs: [VPC], outposts: [Outpost] = []) {
        plan = .usual
        named = vpcs
        self.outposts = outposts
    }

    /// All that the account sees in the region.
    package func vpcs(in realm: Realm) -> [VPC] {
        if let named { return named.filter { $0.isVisible(in: realm) } }
        return DefaultNetwork(realm).vpc.map { [$0] } ?? []
    }

    package func vpc(_ id: String, in realm: Realm) -> VPC? { vpcs(in: realm).first { $0.id == id } }

    package func defaultVPC(in realm: Realm) -> VPC? { vpcs(in: realm).first(where: \.isDefault) }

    package func subnet(_ id: String, in realm: Realm) -> (vpc: VPC, subnet: Subnet)? {
        for vpc in vpcs(in: realm) {
            if let subnet = vpc.subnet(id) { return (vpc, subnet) }
        }
        return nil
    }

    package func securityGroup(_ id: String, in realm: Realm) -> SecurityGroup? {
        vpcs(in: realm).lazy.flatMap(\.securityGroups).first { $0.id == id }
    }

    package func outpost(_ arn: String) -> Outpost? { outposts.first { $0.arn == arn } }

    /// The addresses themselves. `slice` is which part of the network is the region's; nil where it has none yet.
    package func network(of addresses: AddressRanges.IPv4, slice: Int?) -> IPv4Network? {
        switch addresses {
        case .range(let network): network
        case .share(let part): slice.flatMap { plan.region($0) }.flatMap { AddressPlan.share(part, of: $0) }
        }
    }

    /// Of every range that anybody named, to be looked at before any is used.
    package var namedRanges: [(id: String, owner: String, ranges: AddressRanges)] {
        (named ?? []).flatMap { vpc in
            [(id: vpc.id, owner: "the endpoints of \(vpc.id)", ranges: vpc.endpoints)]
                + vpc.subnets.map { (id: $0.id, owner: $0.id, ranges: $0.ranges) }
        }
    }
}

/// What an account has in a region where nobody named VPCs: the same for ever, since clients keep ids.
package struct DefaultNetwork: Sendable {
    private let realm: Realm

    package init(_ realm: Realm) {
        self.realm = realm
    }

    package var vpcID: String { "vpc-\(digits("vpc"))" }

    package func subnetID(_ zone: String) -> String { "subnet-\(digits("subnet/\(zone)"))" }

    package var securityGroupID: String {
        "sg-" + EndpointNames.hash(account: realm.account, region: realm.region).utf8.map { String($0, radix: 16) }.joined().prefix(8)
    }

    /// Nil for a region that was never one.
    package var vpc: VPC? {
        guard let region = Region(realm.region) else { return nil }
        let subnets = region.zones.map { zone in
            Subnet(id: subnetID(zone), zone: zone, ranges: AddressRanges(ipv4: .share(region.zoneIndex(zone) ?? 0)))
        }
        return VPC(
            id: vpcID, region: realm.region, account: realm.account, isDefault: true,
            endpoints: AddressRanges(ipv4: .share(AddressPlan.endpointShare)), subnets: subnets,
            securityGroups: [.open(id: securityGroupID, vpc: vpcID)])
    }

    private func digits(_ what: String) -> String { StableHash.digits(of: "\(what)/\(realm.path)") }
}
