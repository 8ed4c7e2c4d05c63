/// One listening address and where its connections go.
package struct ForwardRoute: Codable, Sendable, Equatable {
    package struct Target: Codable, Sendable, Hashable {
        /// An IP address, not a name.
        package let address: String
        package let port: Int

        package init(address: String, port: Int) {
            self.address = address
            self.port = port
        }
    }

    /// Identifies the route: setting the same name again changes it.
    package let name: String
    /// The IP address to listen on.
    package var address: String
    package var port: Int
    /// New connections are spread over these: each goes to the one with the fewest.
    package var targets: [Target]
    /// Spread over in the same way when there is no target, or none that can be connected.
    package var fallbacks: [Target]
    /// What clients are told who ask for the nodes of a Memcached cluster; nil: bytes are passed on as they are.
    package var discovery: Discovery?
    /// The port of each target and fallback for connections that begin with a TLS handshake; nil: bytes are not looked at.
    ///
    /// Where the address is somebody else's, a route with this is made as soon as that one leaves it.
    package var encryptedPort: Int?
    /// Whether a target is known by its address alone, whatever its port.
    package var knowsTargetsByAddress: Bool?
    /// Whether the address is left to somebody else, who is about to listen there; if nobody does it is answered again. Connections that
    /// stand go on.
    package var isYielded: Bool?
    /// Nil: what comes is passed on as it is.
    package var identity: Identity?

    package init(
        name: String, address: String, port: Int, targets: [Target], fallbacks: [Target] = [], discovery: Discovery? = nil,
        identity: Identity? = nil
    ) {
        self.name = name
        self.address = address
        self.port = port
        self.targets = targets
        self.fallbacks = fallbacks
        self.discovery = discovery
        self.identity = identity
    }
}

/// A route and what is on it, as the forwarder reports it.
package struct ForwardStatus: Codable, Sendable, Equatable {
    package enum State: String, Codable, Sendable {
        case listening
        /// Somebody else has the address, as was wished.
        case yielded
        /// The listening socket failed: set the route again.
        case closed
    }

    package struct Load: Codable, Sendable, Equatable {
        package let target: ForwardRoute.Target
        /// Open connections, those being established included.
        package let connections: Int
    }

    package let route: ForwardRoute
    package let state: State
    /// Per target that the route names or that still has connections.
    package let loads: [Load]
    /// Clients joined to a target since the route was made.
    package let served: Int
    /// Clients turned away since then: no target could be connected, or too many connections were open.
    package let refused: Int

    /// Open connections.
    package var connections: Int { loads.reduce(0) { $0 + $1.connections } }
}
