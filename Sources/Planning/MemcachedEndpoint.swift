import CacheModel

/// The configuration endpoint of a Memcached cluster: the host's forwarder tells clients there of the nodes, and passes any other
/// command on to one of them.
enum MemcachedEndpoint {
    static func plan(_ cluster: MemcachedCluster, _ observed: ObservedMemcached, _ names: EndpointNames?) -> Plan {
        var plan = Plan()
        if cluster.isEncryptedInTransit, cluster.endpointIdentity == nil || observed.endpointCertificate == .outdated {
            plan.steps.append(.issueCertificate(member: cluster.name))
            // Nobody is answered in clear text.
            if cluster.endpointIdentity == nil { return plan }
        }
        for (route, known) in zip(routes(cluster, names), [observed.route, observed.secondRoute]) {
            if known?.desired != route {
                plan.steps.append(.route(route))
            } else if known?.problem != nil, !cluster.wasAvailable {
                // All of its addresses.
                return .do(.moveAddress(member: cluster.name))
            } else if known?.applied != route {
                plan.waits.append("the endpoint \(route.listen.address):\(route.listen.port) is not served yet")
            }
        }
        return plan
    }

    /// One per address. All tell of the nodes by the addresses that they are known by. Where they lead stays the same whichever family that is,
    /// so that no connection is closed by a change of it.
    private static func routes(_ cluster: MemcachedCluster, _ names: EndpointNames?) -> [RouteSpec] {
        let nodes = cluster.standing.map { node in
            MemcachedDiscovery.Node(
                host: names?.memcachedNode(node.id) ?? node.address.description, address: node.address.description, port: cluster.port)
        }
        let discovery = MemcachedDiscovery(
            version: cluster.configurationVersion, engineVersion: cluster.build.version, nodes: nodes)
        let targets = cluster.standing.map { node in
            let address = node.addresses.first { $0.family == .ipv4 } ?? node.address
            return ProcessSpec.Listen(address: address.description, port: cluster.port)
        }
        return cluster.routes.map { name, address in
            var route = RouteSpec(
                name: name, listen: ProcessSpec.Listen(address: address.description, port: cluster.port),
                targets: targets, closesRemoved: true, discovery: discovery)
            route.identity = cluster.endpointIdentity
            return route
        }
    }
}
