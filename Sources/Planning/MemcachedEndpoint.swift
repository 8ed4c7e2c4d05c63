import CacheModel

/// The configuration endpoint of a Memcached cluster: the host's forwarder tells clients there of the nodes, and passes any other
/// command on to one of them.
enum MemcachedEndpoint {
    static func plan(_ cluster: MemcachedCluster, _ observed: ObservedMemcached, _ names: EndpointNames?) -> Plan {
        let route = route(cluster, names)
        let known = observed.route
        if known?.desired != route { return .do(.route(route)) }
        if known?.problem != nil, !cluster.wasAvailable { return .do(.moveAddress(member: cluster.name)) }
        if known?.applied != route {
            return .wait("the endpoint \(route.listen.address):\(route.listen.port) is not served yet")
        }
        return Plan()
    }

    static func route(_ cluster: MemcachedCluster, _ names: EndpointNames?) -> RouteSpec {
        let nodes = cluster.standing.map { node in
            MemcachedDiscovery.Node(
                host: names?.memcachedNode(node.id) ?? node.address.description, address: node.address.description, port: cluster.port)
        }
        return RouteSpec(
            name: cluster.routeName,
            listen: ProcessSpec.Listen(address: cluster.configurationAddress.description, port: cluster.port),
            targets: nodes.map { ProcessSpec.Listen(address: $0.address, port: $0.port) }, closesRemoved: true,
            discovery: MemcachedDiscovery(
                version: cluster.configurationVersion, engineVersion: cluster.build.version, nodes: nodes))
    }
}
