package import CacheModel
package import Foundation
package import Planning

/// What reconcilers and handlers share beside the world: the networks, the installed engines, the node types, the time.
package struct ReconcilingTools: Sendable {
    let network: NetworkLayout
    let engines: InstalledEngines
    let nodeTypes: NodeTypeCatalog
    let rules: Rules
    let failpoints: Failpoints?
    let memcached: MemcachedSettings
    /// Nil: no group can be encrypted.
    let certificates: NodeCertificates?
    let atRest: AtRestSupport
    let now: @Sendable () -> Date

    package init(
        network: NetworkLayout, engines: InstalledEngines, nodeTypes: NodeTypeCatalog = .real, rules: Rules = Rules(),
        failpoints: Failpoints? = nil, memcached: MemcachedSettings = MemcachedSettings(), certificates: NodeCertificates? = nil,
        atRest: AtRestSupport = .missing(reason: "no keys are kept"), now: @escaping @Sendable () -> Date
    ) {
        self.certificates = certificates
        self.atRest = atRest
        self.memcached = memcached
        self.rules = rules
        self.failpoints = failpoints
        self.network = network
        self.engines = engines
        self.nodeTypes = nodeTypes
        self.now = now
    }
}

/// Whose an address is while somebody outside listens on it: nobody's, and kept from the group that found out.
enum AddressOwner {
    static let elsewhere = "elsewhere"

    static func elsewhere(foundBy uid: String) -> String { "\(elsewhere) \(uid)" }
}
