/// On which ports a node's engine listens. 0: on none.
package struct EngineListening: Sendable, Equatable {
    package var clear: Int
    package var encrypted: Int
    /// Whether nodes encrypt what they send each other.
    package var encryptsLinks: Bool

    package init(clear: Int, encrypted: Int, encryptsLinks: Bool) {
        self.clear = clear
        self.encrypted = encrypted
        self.encryptsLinks = encryptsLinks
    }
}

extension ReplicationGroup {
    /// The group's own port, but where clients may choose: there a forwarder has that one, and leads to two inner ports of the engine.
    package var listening: EngineListening {
        switch transitEncryption {
        case nil: EngineListening(clear: port, encrypted: 0, encryptsLinks: false)
        case .preferred: EngineListening(clear: innerPorts.clear, encrypted: innerPorts.encrypted, encryptsLinks: true)
        case .required: EngineListening(clear: 0, encrypted: port, encryptsLinks: true)
        }
    }

    /// Beside the group's port, and beside the one that is 10,000 above it, which is the cluster bus's.
    package var innerPorts: (clear: Int, encrypted: Int) {
        func inner(_ distance: Int) -> Int { port + distance <= 65_535 ? port + distance : port - distance }
        return (inner(11_000), inner(12_000))
    }

    /// The route from the group's port at an address to the inner ports there. It keeps its name if the group gets another.
    package func doorName(at address: IPAddress) -> String { "door-\(address)-\(uid)" }

    /// Of all addresses that its nodes have, or may have.
    package var doorNames: [String] {
        guard hasHadDoors else { return [] }
        return nodeGroups.flatMap { $0.members.flatMap(\.addresses) + $0.primaryAddresses }.map(doorName)
    }
}
