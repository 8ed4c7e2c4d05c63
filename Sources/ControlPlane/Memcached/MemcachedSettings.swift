package import Engine

/// What is decided outside of how Memcached is run.
package struct MemcachedSettings: Sendable {
    /// Files that a host allows a process: an engine that is told to take more clients does not start.
    let fileLimit: Int
    /// How the nodes are told to clients that ask at a configuration endpoint.
    let endpointStyle: ServiceSettings.EndpointStyle
    let wire: MemcachedWire

    /// `trust` is that of the nodes of encrypted clusters.
    package init(fileLimit: Int = 65_536, endpointStyle: ServiceSettings.EndpointStyle = .address, trust: EngineTrust? = nil) {
        self.fileLimit = fileLimit
        self.endpointStyle = endpointStyle
        self.wire = MemcachedWire(trust: trust)
    }

    /// What a node keeps for itself: listeners, its log, its threads' pipes.
    private static let reserve = 128

    var connectionLimit: Int { max(fileLimit - Self.reserve, 1) }
}
