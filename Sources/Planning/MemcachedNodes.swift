import CacheModel

/// Starting the nodes of a Memcached cluster, for the first time and again, and ending those that should not run.
enum MemcachedNodes {
    /// A node that hangs may come back with all that it holds, and nobody else has that. It is ended when this many deadlines are over.
    static let patience = 10

    static func plan(_ node: MemcachedNode, of cluster: MemcachedCluster, _ observed: ObservedMemcached, _ rules: Rules) -> Plan {
        let seen = observed[node]
        if let step = givingUp(node, of: cluster, observed, rules) { return .do(step) }
        if node.change == .joining, let reason = hopelessness(of: node, in: cluster, seen) {
            return .do(.abandon(member: node.id, reason: reason))
        }
        switch seen.process {
        case .running: return running(node, of: cluster, seen, rules)
        case .starting: return .wait("\(node.id) is starting")
        case .ending: return .wait("\(node.id) is ending")
        // Removed can only be who is to leave: one that is to stay begins anew.
        case .absent, .exited, .refused, .stopped, .removed: return start(node, of: cluster, seen)
        }
    }

    /// Nil for what is done, and for what may still be.
    private static func givingUp(
        _ node: MemcachedNode, of cluster: MemcachedCluster, _ observed: ObservedMemcached, _ rules: Rules
    ) -> Step? {
        let seen = observed[node]
        switch node.change {
        case .joining where observed.isOverdue(.addition(member: node.id), rules) && !seen.isServing:
            return .abandon(member: node.id, reason: MemcachedObstacles.reason(cluster, observed, about: node))
        case .rebooting(let incarnation, _) where observed.isOverdue(.reboot(member: node.id), rules):
            // A change of version is given up as a whole.
            guard cluster.former == nil, seen.incarnation <= incarnation || !seen.isServing else { return nil }
            return .giveUp(.reboot(member: node.id), reason: MemcachedObstacles.reason(cluster, observed, about: node))
        case .joining, .rebooting, .leaving, nil: return nil
        }
    }

    private static func running(
        _ node: MemcachedNode, of cluster: MemcachedCluster, _ seen: ObservedMemcachedNode, _ rules: Rules
    ) -> Plan {
        if seen.zoneIsDown { return .do(.stop(member: node.id, reason: .zoneDown)) }
        if seen.silence >= rules.hangDeadline * patience { return .do(.stop(member: node.id, reason: .hung)) }
        if case .rebooting(seen.incarnation, _) = node.change {
            guard isItsTurn(node, in: cluster) else { return .wait("\(node.id) is started anew after those before it") }
            return .do(.stop(member: node.id, reason: .reboot))
        }
        guard seen.isServing else { return .wait("\(node.id) does not answer yet") }
        switch node.change {
        case .joining: return .do(.joined(member: node.id))
        case .rebooting: return .do(.rebooted(member: node.id))
        case .leaving, nil: return Plan()
        }
    }

    /// Nodes that somebody reboots end together. For another version or type one after the other, so that never all are empty at once.
    private static func isItsTurn(_ node: MemcachedNode, in cluster: MemcachedCluster) -> Bool {
        cluster.former == nil || cluster.nodes.first(where: \.isRebooting)?.id == node.id
    }

    private static func start(_ node: MemcachedNode, of cluster: MemcachedCluster, _ seen: ObservedMemcachedNode) -> Plan {
        if seen.zoneIsDown { return .wait("the zone \(node.zone) of \(node.id) is down") }
        if seen.buildIsMissing { return .wait("the engine of \(node.id) is not installed") }
        if case .refused(.addressInUse, _) = seen.process, !cluster.wasAvailable || node.change == .joining {
            return .do(.moveAddress(member: node.id))
        }
        guard seen.mayStart else { return .wait("\(node.id) is started again in a moment") }
        return .do(.start(member: node.id, follows: nil, data: StartData()))
    }

    /// Why a cluster under creation can't be built; nil while there is hope.
    static func hopelessness(_ cluster: MemcachedCluster, _ observed: ObservedMemcached) -> String? {
        for node in cluster.nodes {
            if let reason = hopelessness(node, in: cluster, observed[node]) { return reason }
        }
        return nil
    }

    /// Why a node can't be added to a cluster that stands; nil while there is hope.
    private static func hopelessness(of node: MemcachedNode, in cluster: MemcachedCluster, _ seen: ObservedMemcachedNode) -> String? {
        seen.zoneIsDown ? "Availability zone \(node.zone) is down" : hopelessness(node, in: cluster, seen)
    }

    private static func hopelessness(_ node: MemcachedNode, in cluster: MemcachedCluster, _ seen: ObservedMemcachedNode) -> String? {
        switch seen.process {
        case .refused(.addressInUse, let detail) where seen.incarnation >= Formation.addressesTried:
            "somebody listens on port \(cluster.port) at every address that was tried: choose another Port (\(node.id): \(detail))"
        case .refused(.addressInUse, _): nil
        case .refused(_, let detail): "\(node.id) could not be started: \(detail)"
        case .exited(let detail) where seen.incarnation >= Formation.startsBeforeGivingUp:
            "\(node.id) ended \(seen.incarnation) times: \(detail)"
        default: nil
        }
    }
}
