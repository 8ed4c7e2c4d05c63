/// In which network a group's nodes are, as it was chosen at its creation. Where each of them is, its member says.
package struct GroupNetwork: Codable, Sendable, Equatable {
    package var subnetGroup: String
    package var vpc: String
    /// Of which families its addresses are; nil: IPv4.
    private var networkType: NetworkType?
    /// The family by which its nodes know each other, and which clients are told; nil: IPv4.
    private var ipDiscovery: AddressFamily?

    package init(subnetGroup: String, vpc: String, type: NetworkType = .ipv4, discovery: AddressFamily = .ipv4) {
        self.subnetGroup = subnetGroup
        self.vpc = vpc
        networkType = type == .ipv4 ? nil : type
        ipDiscovery = discovery == .ipv4 ? nil : discovery
    }

    package var type: NetworkType { networkType ?? .ipv4 }
    package var discovery: AddressFamily { ipDiscovery ?? .ipv4 }

    mutating func change(discovery: AddressFamily) { ipDiscovery = discovery == .ipv4 ? nil : discovery }

    /// Those of a node or an endpoint, the one that it is known by first.
    package var families: [AddressFamily] { type.families(discovery) }
}

extension ReplicationGroup {
    /// Of a dual-stack group: what was known by its addresses of one family is known by those of the other.
    package mutating func exchangeFamilies() {
        let family: AddressFamily = discovery == .ipv4 ? .ipv6 : .ipv4
        network?.change(discovery: family)
        (configurationAddress, secondConfigurationAddress) = (secondConfigurationAddress, configurationAddress)
        nodeGroups = nodeGroups.map { $0.exchanged }
    }
}

extension NodeGroup {
    fileprivate var exchanged: NodeGroup {
        var other = self
        (other.primaryAddress, other.secondPrimaryAddress) = (secondPrimaryAddress, primaryAddress)
        (other.readerAddress, other.secondReaderAddress) = (secondReaderAddress, readerAddress)
        other.members = members.map { member in
            var other = member
            if let second = member.secondAddress { (other.address, other.secondAddress) = (second, member.address) }
            return other
        }
        return other
    }
}

package enum AddressFamily: String, Codable, Sendable, CaseIterable {
    case ipv4
    case ipv6
}
