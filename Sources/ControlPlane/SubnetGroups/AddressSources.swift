import CacheModel

/// Where a group that exists gets another address from, if one of its own turns out to be somebody else's.
struct AddressSources {
    private let group: ReplicationGroup
    private let layout: NetworkLayout
    private let slice: Int?
    private let subnets: SubnetChoice?

    init(of group: ReplicationGroup, in state: WorldState, _ layout: NetworkLayout) {
        self.group = group
        self.layout = layout
        slice = state.regions.value[group.realm.region]
        subnets = try? SubnetChoice(group.network?.subnetGroup, in: state, layout, group.realm)
    }

    /// Where endpoints are; empty if the networks are not known any more.
    func endpoints(_ family: AddressFamily) -> [AddressRange] {
        (subnets?.endpointSources(family) ?? []).compactMap { layout.range(of: $0.ranges, family, slice: slice) }
    }

    /// The subnet that the member is in; nil if it is not known any more.
    func range(of member: Member, _ family: AddressFamily) -> AddressRange? {
        let subnet =
            if let id = member.subnet { layout.subnet(id, in: group.realm)?.subnet } else {
                layout.defaultVPC(in: group.realm)?.subnets.first { $0.zone == member.zone }
            }
        return subnet.flatMap { layout.range(of: $0.ranges, family, slice: slice) }
    }
}
