/// Who may connect to the addresses of a group, where not everybody may: written by the control plane, enforced by the host.
package struct FirewallSpec: Codable, Sendable, Equatable {
    /// Some of the addresses, and who may connect to them.
    package struct Door: Codable, Sendable, Equatable {
        package var listens: [ProcessSpec.Listen]
        /// Blocks of addresses of both families, `10.0.0.0/8`; in the order of `SourceBlocks`, none within another. Nobody if empty.
        package var sources: [String]

        package init(listens: [ProcessSpec.Listen], sources: [String]) {
            self.listens = listens
            self.sources = sources
        }
    }

    package let name: String
    package var doors: [Door]

    package init(name: String, doors: [Door]) {
        self.name = name
        self.doors = doors
    }

    package static let keyPrefix = "firewall/"
    package static func key(_ name: String) -> String { keyPrefix + name }
}

/// What the host made of it: written by the host's agent.
package struct FirewallStatus: Codable, Sendable, Equatable {
    package let name: String
    /// As it is in force; nil while it never could be brought into force.
    package var applied: FirewallSpec?
    /// Why what is wanted is not in force.
    package var problem: String?

    package init(name: String, applied: FirewallSpec?, problem: String? = nil) {
        self.name = name
        self.applied = applied
        self.problem = problem
    }

    package static let keyPrefix = "firewall-status/"
    package static func key(_ name: String) -> String { keyPrefix + name }
}
