/// A TCP address at which the host's forwarder answers and passes connections on: written by the control plane.
package struct RouteSpec: Codable, Sendable, Equatable {
    package let name: String
    package var listen: ProcessSpec.Listen
    /// New connections are spread over these.
    package var targets: [ProcessSpec.Listen]
    /// Used while no target can be reached.
    package var fallbacks: [ProcessSpec.Listen]
    /// Whether connections to a target that is taken away are closed: so that none outlives its primary's reign.
    package var closesRemoved: Bool
    /// What is told at this address to clients of Memcached that ask for the nodes of their cluster. Nil: it knows no protocol.
    package var discovery: MemcachedDiscovery?
    /// The port of each target for connections that begin with a TLS handshake. Nil: they are not told from others.
    package var encryptedPort: Int?
    /// Whether a target is known by its address alone: its connections are not those of another when it has another port. Nil is false.
    package var knowsTargetsByAddress: Bool?
    /// Whether the address is left to somebody who is about to listen there. Connections that stand go on until they end by themselves;
    /// if nobody takes the address, it is answered again. Nil is false.
    package var isYielded: Bool?
    /// Clients and targets are spoken to with TLS by it. Nil: what clients send is passed on as it is.
    package var identity: RouteIdentity?

    package init(
        name: String, listen: ProcessSpec.Listen, targets: [ProcessSpec.Listen], fallbacks: [ProcessSpec.Listen] = [],
        closesRemoved: Bool, discovery: MemcachedDiscovery? = nil
    ) {
        self.name = name
        self.listen = listen
        self.targets = targets
        self.fallbacks = fallbacks
        self.closesRemoved = closesRemoved
        self.discovery = discovery
    }

    package static let keyPrefix = "route/"
    package static func key(_ name: String) -> String { keyPrefix + name }
}

/// What a route shows its clients, and whom it trusts at its targets.
package struct RouteIdentity: Codable, Sendable, Equatable {
    /// PEM: the certificate, those between it and the root, and the key, which is a secret.
    package let certificate: String
    /// PEM: the certificates of those who sign the targets'.
    package let authorities: String

    package init(certificate: String, authorities: String) {
        self.certificate = certificate
        self.authorities = authorities
    }
}

/// What the forwarder made of a route: written by the host's agent.
package struct RouteStatus: Codable, Sendable, Equatable {
    package let name: String
    /// The route as it is in force; nil while the forwarder could not take it.
    package var applied: RouteSpec?
    package var problem: String?
    /// Of a route that is yielded: whether its last connection has ended. Nil is false.
    package var isOver: Bool?

    package init(name: String, applied: RouteSpec?, problem: String? = nil, isOver: Bool = false) {
        self.name = name
        self.applied = applied
        self.problem = problem
        self.isOver = isOver ? true : nil
    }

    package static let keyPrefix = "route-status/"
    package static func key(_ name: String) -> String { keyPrefix + name }
}
