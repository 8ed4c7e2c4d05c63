import CacheModel

/// What is wrong with which node, and what is not any more: noted once, for events and for whoever asks.
enum MemcachedTroubles {
    static func plan(_ cluster: MemcachedCluster, _ observed: ObservedMemcached, _ rules: Rules) -> Plan {
        guard cluster.wasAvailable else { return Plan() }
        var plan = Plan()
        for node in cluster.nodes where node.change != .leaving && node.change != .joining {
            let seen = observed[node]
            if let report = report(node, of: cluster, seen, rules) {
                if isNews(report, for: node) { plan.steps.append(.note(member: node.id, report)) }
            } else if node.trouble != nil, seen.isServing, !seen.zoneIsDown {
                plan.steps.append(.note(member: node.id, nil))
            }
        }
        return plan
    }

    /// Nil where nothing is wrong, or nothing is clear.
    private static func report(
        _ node: MemcachedNode, of cluster: MemcachedCluster, _ seen: ObservedMemcachedNode, _ rules: Rules
    ) -> TroubleReport? {
        if seen.zoneIsDown { return TroubleReport(kind: .zoneDown, reason: "Availability zone \(node.zone) is down") }
        switch seen.process {
        case .exited, .refused, .stopped:
            if seen.buildIsMissing {
                return TroubleReport(kind: .engineMissing, reason: "the engine \(cluster.build.path) is not installed any more")
            }
            if case .exited(let detail) = seen.process { return TroubleReport(kind: .ended, reason: detail) }
            guard case .refused(let refusal, let detail) = seen.process else { return nil }
            return TroubleReport(kind: refusal == .executableMissing ? .engineMissing : .refused, reason: detail)
        case .running where seen.silence >= rules.hangDeadline:
            return TroubleReport(kind: .hung, reason: "it runs and does not answer")
        case .running, .absent, .starting, .ending, .removed:
            return nil
        }
    }

    private static func isNews(_ report: TroubleReport, for node: MemcachedNode) -> Bool {
        guard let known = node.trouble else { return true }
        let changes = report.kind == .ended || report.kind == .refused
        return known.kind != report.kind || changes && known.reason != report.reason
    }
}
