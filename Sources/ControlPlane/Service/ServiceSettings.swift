package import CacheModel

/// How the API answers, as its operator configured it.
package struct ServiceSettings: Sendable {
    /// What endpoints are told as.
    package enum EndpointStyle: String, Sendable, CaseIterable {
        /// IP addresses, which every client on the machine can connect to.
        case address
        /// The host names of the real service, for clients that resolve them by the hosts file in the data directory.
        case name
    }

    /// The world of a request that doesn't say which.
    package var home: Realm
    /// How long the description of one resource in a passing state is held back for its next state.
    package var describeHold: Duration
    package var endpointStyle: EndpointStyle
    package var quotas: Quotas
    /// Nil: nodes are not refused for want of memory.
    package var memory: MemoryBudget?
    /// The terms on which nodes may be reserved.
    package var offerings: [NodeOffering]

    package init(
        home: Realm, describeHold: Duration, endpointStyle: EndpointStyle, quotas: Quotas = Quotas(), memory: MemoryBudget? = nil,
        offerings: [NodeOffering] = []
    ) {
        self.home = home
        self.describeHold = describeHold
        self.endpointStyle = endpointStyle
        self.quotas = quotas
        self.memory = memory
        self.offerings = offerings
    }
}
