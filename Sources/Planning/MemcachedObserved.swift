package import CacheModel

/// What is true of a Memcached cluster at one moment, as read from its host's records and from its nodes.
package struct ObservedMemcached: Sendable, Equatable {
    /// By node id. A node that is missing here has never been started.
    package var nodes: [String: ObservedMemcachedNode]
    /// The route at the configuration endpoint; nil where there is none, nor one that the forwarder still has.
    package var route: ObservedRoute?
    /// That at its second address; dual stack only.
    package var secondRoute: ObservedRoute?
    /// How it is with the certificate of the configuration endpoint; nil where there is none.
    package var endpointCertificate: CertificateStanding?
    /// For how long each wish on record has been waiting.
    package var waited: [Wish: Duration]

    package init(
        nodes: [String: ObservedMemcachedNode] = [:], route: ObservedRoute? = nil, secondRoute: ObservedRoute? = nil,
        waited: [Wish: Duration] = [:]
    ) {
        self.nodes = nodes
        self.route = route
        self.secondRoute = secondRoute
        self.waited = waited
    }

    /// By their names.
    func routes(of cluster: MemcachedCluster) -> [String: ObservedRoute] {
        let known = zip(cluster.routes.map(\.name), [route, secondRoute]).compactMap { name, route in route.map { (name, $0) } }
        return Dictionary(known, uniquingKeysWith: { first, _ in first })
    }

    func isOverdue(_ wish: Wish, _ rules: Rules) -> Bool { waited[wish].map { $0 >= rules.patience } ?? false }

    package subscript(node: MemcachedNode) -> ObservedMemcachedNode { nodes[node.id] ?? ObservedMemcachedNode() }
}

package struct ObservedMemcachedNode: Sendable, Equatable {
    package enum Answer: Sendable, Equatable {
        /// Nothing was heard: that is neither a yes nor a no.
        case silent
        /// Something answers at its address that is not the process that was started there.
        case foreign
        case answering
    }

    package var process: ObservedProcess
    package var answer: Answer
    /// How often it has been started; 0 before the first time.
    package var incarnation: Int
    /// False while it has to wait before another try: it ended too often of late.
    package var mayStart: Bool
    /// For how long it has left every question unanswered. Zero for one that answers or does not run.
    package var silence: Duration
    package var zoneIsDown: Bool
    /// Whether its build is not installed any more.
    package var buildIsMissing: Bool
    /// Whether the host has written the files of the record.
    package var hasCurrentFiles = false
    /// How it is with its certificate; nil where there is none.
    package var certificate: CertificateStanding?

    package init(
        process: ObservedProcess = .absent, answer: Answer = .silent, incarnation: Int = 0, mayStart: Bool = true,
        silence: Duration = .zero, zoneIsDown: Bool = false, buildIsMissing: Bool = false
    ) {
        self.process = process
        self.answer = answer
        self.incarnation = incarnation
        self.mayStart = mayStart
        self.silence = silence
        self.zoneIsDown = zoneIsDown
        self.buildIsMissing = buildIsMissing
    }

    var isServing: Bool { process == .running && answer == .answering }
}
