import CacheModel

/// Where a group that exists gets another address from, if one of its own turns out to be somebody else's.
struct AddressSources {
    private let group: ReplicationGroup
    private let layout: NetworkLayout
    private let slice: Int?
    /// Where endpoints are; empty if the networks are not known any more.
    let endpoints: [IPv4Network]

    init(of group: ReplicationGroup, in state: WorldState, _ layout: NetworkLayout) {
        self.group = group
        self.layout = layout
        let slice = state.regions.value[group.realm.region]
        self.slice = slice
        let subnets = try? SubnetChoice(group.network?.subnetGroup, in: state, layout, group.realm)
        endpoints = (subnets?.endpointSources ?? []).compactMap { layout.network(of: $0.addresses, slice: slice) }
    }

    /// The subnet that the member is in; nil if it is not known any more.
    func range(of member: Member) -> IPv4Network? {
        let subnet =
            if let id = member.subnet { layout.subnet(id, in: group.realm)?.subnet } else {
                layout.defaultVPC(in: group.realm)?.subnets.first { $0.zone == member.zone }
            }
        return subnet?.ranges.ipv4.flatMap { layout.network(of: $0, slice: slice) }
    }
}
