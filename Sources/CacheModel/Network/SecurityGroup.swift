/// Who may connect to the nodes and endpoints of the caches that are in it.
package struct SecurityGroup: Sendable, Equatable {
    package enum Source: Sendable, Hashable {
        case ipv4(IPv4Network)
        case ipv6(IPv6Network)
        /// Whoever is in the security group of this id, in the same VPC.
        case group(String)
    }

    /// Lets sources connect to some ports.
    package struct Ingress: Sendable, Equatable {
        package let sources: [Source]
        package let ports: ClosedRange<Int>

        package init(sources: [Source], ports: ClosedRange<Int> = Ingress.allPorts) {
            self.sources = sources
            self.ports = ports
        }

        package static let allPorts = 0...65_535
        package static let everybody = Ingress(
            sources: [
                .ipv4(IPv4Network(containing: IPv4Address(0), prefix: 0)), .ipv6(IPv6Network(containing: IPv6Address(0), prefix: 0)),
            ])
    }

    /// `sg-...`
    package let id: String
    package let vpc: String
    package let description: String
    package let isDefault: Bool
    package let ingress: [Ingress]

    package init(id: String, vpc: String, description: String, isDefault: Bool, ingress: [Ingress]) {
        self.id = id
        self.vpc = vpc
        self.description = description
        self.isDefault = isDefault
        self.ingress = ingress
    }

    /// The default one of a VPC for which the operator named none: everybody may connect.
    package static func open(id: String? = nil, vpc: String) -> SecurityGroup {
        SecurityGroup(
            id: id ?? "sg-\(StableHash.digits(of: vpc))", vpc: vpc, description: "default VPC security group", isDefault: true,
            ingress: [.everybody])
    }

    /// Whether everybody may connect to every port.
    package var isOpen: Bool {
        let everywhere = Ingress.everybody.sources
        return everywhere.allSatisfy { source in ingress.contains { $0.ports == Ingress.allPorts && $0.sources.contains(source) } }
    }
}
