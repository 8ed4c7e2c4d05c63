/// An address of either family.
package enum IPAddress: CodableAsText, Sendable, Hashable {
    case v4(IPv4Address)
    case v6(IPv6Address)

    package init?(_ description: String) {
        if let address = IPv4Address(description) {
            self = .v4(address)
        } else if let address = IPv6Address(description) {
            self = .v6(address)
        } else {
            return nil
        }
    }

    package static let localhost = IPAddress.v4(.localhost)

    package var description: String {
        switch self {
        case .v4(let address): address.description
        case .v6(let address): address.description
        }
    }

    package var family: AddressFamily {
        switch self {
        case .v4: .ipv4
        case .v6: .ipv6
        }
    }

    package var isLoopback: Bool {
        switch self {
        case .v4(let address): address.isLoopback
        case .v6(let address): address.isLoopback
        }
    }

    package var ipv4: IPv4Address? { if case .v4(let address) = self { address } else { nil } }

    package var ipv6: IPv6Address? { if case .v6(let address) = self { address } else { nil } }
}
