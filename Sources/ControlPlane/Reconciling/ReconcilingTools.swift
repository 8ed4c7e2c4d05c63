package import CacheModel
package import Foundation
package import Planning

/// What reconcilers and handlers share beside the world: the division of the network, the installed engines, the time.
package struct ReconcilingTools: Sendable {
    let addresses: AddressPlan
    let engines: InstalledEngines
    let rules: Rules
    let failpoints: Failpoints?
    let now: @Sendable () -> Date
    var network: NetworkLayout { NetworkLayout(dividing: addresses) }

    package init(
        addresses: AddressPlan, engines: InstalledEngines, rules: Rules = Rules(), failpoints: Failpoints? = nil,
        now: @escaping @Sendable () -> Date
    ) {
        self.rules = rules
        self.failpoints = failpoints
        self.addresses = addresses
        self.engines = engines
        self.now = now
    }
}

/// Whose an address is while somebody outside listens on it: nobody's, and kept from the group that found out.
enum AddressOwner {
    static let elsewhere = "elsewhere"

    static func elsewhere(foundBy uid: String) -> String { "\(elsewhere) \(uid)" }
}
