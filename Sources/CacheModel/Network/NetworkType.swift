/// Of which families a cache's addresses are.
package enum NetworkType: String, Codable, Sendable, CaseIterable {
    case ipv4
    case ipv6
    case dualStack = "dual_stack"
}

extension AddressRanges {
    /// Whether nodes of the type may be there.
    package func supports(_ type: NetworkType) -> Bool {
        switch type {
        case .ipv4: ipv4 != nil
        case .ipv6: ipv6 != nil
        case .dualStack: ipv4 != nil && ipv6 != nil
        }
    }
}
