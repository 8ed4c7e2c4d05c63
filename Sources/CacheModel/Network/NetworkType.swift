/// Of which families a cache's addresses are.
package enum NetworkType: String, Codable, Sendable, CaseIterable {
    case ipv4
    case ipv6
    case dualStack = "dual_stack"

    /// With the one first by which nodes are known.
    package func families(_ discovery: AddressFamily) -> [AddressFamily] {
        switch self {
        case .ipv4: [.ipv4]
        case .ipv6: [.ipv6]
        case .dualStack: discovery == .ipv4 ? [.ipv4, .ipv6] : [.ipv6, .ipv4]
        }
    }
}

extension AddressRanges {
    /// Whether nodes of the type may be there.
    package func supports(_ type: NetworkType) -> Bool { type.families(.ipv4).allSatisfy(has) }

    package func has(_ family: AddressFamily) -> Bool {
        switch family {
        case .ipv4: ipv4 != nil
        case .ipv6: ipv6 != nil
        }
    }
}
