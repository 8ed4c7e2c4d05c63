import CacheModel

/// What a wish of a Memcached cluster is given up with: why it could not be fulfilled, in a few words for people.
enum MemcachedObstacles {
    /// The first that is found: with the node that the wish is about, with others that are to change, with the rest.
    static func reason(_ cluster: MemcachedCluster, _ observed: ObservedMemcached, about node: MemcachedNode? = nil) -> String {
        let others = cluster.nodes.filter { $0.change != nil } + cluster.nodes
        let found = ([node].compactMap(\.self) + others).lazy.compactMap { obstacle($0, observed[$0]) }.first
        return "it took too long: \(found ?? "its last step did not succeed")"
    }

    /// Nil for a node that serves.
    private static func obstacle(_ node: MemcachedNode, _ seen: ObservedMemcachedNode) -> String? {
        if seen.zoneIsDown { return "Availability zone \(node.zone) of \(node.id) is down" }
        if seen.buildIsMissing { return "the engine of \(node.id) is not installed" }
        switch seen.process {
        case .running: break
        case .starting: return "\(node.id) is starting"
        case .ending: return "\(node.id) is ending"
        case .absent, .exited, .refused, .stopped, .removed: return "\(node.id) is not running"
        }
        switch seen.answer {
        case .answering: return nil
        case .silent: return "\(node.id) does not answer"
        case .foreign: return "something else answers at the address of \(node.id)"
        }
    }
}
