package import CacheModel
package import Foundation

/// What reconcilers and handlers share beside the world: the division of the network, the installed engines, the time.
package struct ReconcilingTools: Sendable {
    let addresses: AddressPlan
    let engines: InstalledEngines
    let now: @Sendable () -> Date

    package init(addresses: AddressPlan, engines: InstalledEngines, now: @escaping @Sendable () -> Date) {
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
