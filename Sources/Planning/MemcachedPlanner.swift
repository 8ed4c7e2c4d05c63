package import CacheModel

/// The next steps for a Memcached cluster: a pure function of what should be and what is.
///
/// Its nodes know nothing of each other and keep nothing: one that ends is started again in its place, empty. What they share is the
/// configuration endpoint, where clients are told of them.
package enum MemcachedPlanner {
    /// Names are told to clients where there are any; else addresses.
    package static func plan(
        _ cluster: MemcachedCluster, _ observed: ObservedMemcached, _ rules: Rules = Rules(), names: EndpointNames? = nil
    ) -> Plan {
        switch cluster.status {
        case .deleting:
            let plan = takeDown(cluster, observed)
            return plan.isSettled ? .do(.forget) : plan
        case .createFailed: return takeDown(cluster, observed)
        case .creating, .available, .modifying: return upkeep(cluster, observed, rules, names)
        }
    }

    private static func upkeep(
        _ cluster: MemcachedCluster, _ observed: ObservedMemcached, _ rules: Rules, _ names: EndpointNames?
    ) -> Plan {
        if !cluster.wasAvailable, let reason = MemcachedNodes.hopelessness(cluster, observed) { return .do(.fail(reason: reason)) }
        // Nodes that come or go besides are given up for themselves: what runs the new version by now has begun to fill again.
        if cluster.former != nil, observed.isOverdue(.settings, rules), cluster.nodes.contains(where: \.isRebooting) {
            return .do(.giveUp(.settings, reason: MemcachedObstacles.reason(cluster, observed)))
        }
        var plan = Plan()
        let endpoint = MemcachedEndpoint.plan(cluster, observed, names)
        plan.add(MemcachedTroubles.plan(cluster, observed, rules))
        for node in cluster.nodes where node.change != .leaving {
            plan.add(MemcachedNodes.plan(node, of: cluster, observed, rules))
        }
        plan.add(endpoint)
        if cluster.securityChange == true { plan.waits.append("its security groups are not in force yet") }
        // Clients are told first, so that those who ask at the right moment lose nothing.
        for node in cluster.nodes where node.change == .leaving {
            if endpoint.isSettled || observed.isOverdue(.removal(member: node.id), rules) {
                plan.add(remove(node, observed[node]))
            } else {
                plan.waits.append("\(node.id) is still told to clients")
            }
        }
        let isDone = isDone(cluster, observed, plan, rules)
        // Nothing waits for the certificates of nodes that run.
        if plan.isSettled || cluster.wasAvailable && plan.steps.isEmpty { plan.add(Certificates.plan(cluster, observed)) }
        if isDone { plan.steps.append(.becomeAvailable) }
        return plan
    }

    /// What a request asked for is done, and clients are told of it; that a node is under repair is no part of it.
    ///
    /// Nor is a cluster kept from its next change for ever because its endpoint is not served, or because a node that leaves won't end.
    private static func isDone(_ cluster: MemcachedCluster, _ observed: ObservedMemcached, _ plan: Plan, _ rules: Rules) -> Bool {
        switch cluster.status {
        case .creating: plan.isSettled
        case .modifying:
            plan.steps.isEmpty && cluster.securityChange != true
                && cluster.nodes.allSatisfy { $0.change == nil || isGoing($0, observed, rules) }
                && (areInForce(cluster, observed) || observed.isOverdue(.settings, rules))
        default: false
        }
    }

    private static func areInForce(_ cluster: MemcachedCluster, _ observed: ObservedMemcached) -> Bool {
        let known = observed.routes(of: cluster)
        return cluster.routes.allSatisfy { known[$0.name]?.isInForce == true }
    }

    private static func isGoing(_ node: MemcachedNode, _ observed: ObservedMemcached, _ rules: Rules) -> Bool {
        node.change == .leaving && observed[node].process == .ending && observed.isOverdue(.removal(member: node.id), rules)
    }

    private static func takeDown(_ cluster: MemcachedCluster, _ observed: ObservedMemcached) -> Plan {
        var plan = Plan()
        plan.add(Endpoints.drop(observed.routes(of: cluster)))
        for node in cluster.nodes {
            switch observed[node].process {
            case .absent, .removed: continue
            case .ending: plan.waits.append("\(node.id) is ending")
            case .starting, .running, .exited, .refused, .stopped: plan.steps.append(.remove(member: node.id))
            }
        }
        return plan
    }

    private static func remove(_ node: MemcachedNode, _ seen: ObservedMemcachedNode) -> Plan {
        switch seen.process {
        case .absent, .removed: .do(.dropMember(node.id))
        case .ending: .wait("\(node.id) is ending")
        case .starting, .running, .exited, .refused, .stopped: .do(.remove(member: node.id))
        }
    }
}

extension ObservedRoute {
    var isInForce: Bool { desired != nil && applied == desired }
}
