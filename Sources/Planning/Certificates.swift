import CacheModel

/// How it is with the certificate of a node of an encrypted group.
package enum CertificateStanding: Sendable, Equatable {
    /// It serves what it should.
    case inForce
    /// It serves another than it should, or one that will end: a new one is to be issued.
    case outdated
    /// A new one is on record, and the host is to write its file.
    case awaited
    /// The file is there, and the engine is to read it.
    case written
}

/// Certificates of nodes that run: replaced before they end, and where what they speak of has changed. No connection is closed by it.
///
/// Those of nodes that are started are no part of it: each is started with a good one.
enum Certificates {
    static func plan(_ group: ReplicationGroup, _ observed: ObservedGroup) -> Plan {
        let running = group.members.filter { $0.change != .leaving && observed[$0].process == .running }
        return plan(running.map { ($0.id, observed[$0].certificate, observed[$0].engine.state != nil) })
    }

    /// The same of a Memcached cluster's nodes.
    static func plan(_ cluster: MemcachedCluster, _ observed: ObservedMemcached) -> Plan {
        let running = cluster.nodes.filter { $0.change != .leaving && observed[$0].process == .running }
        return plan(running.map { ($0.id, observed[$0].certificate, observed[$0].isServing) })
    }

    private static func plan(_ running: [(id: String, standing: CertificateStanding?, answers: Bool)]) -> Plan {
        var plan = Plan()
        var loading: [String] = []
        for node in running {
            switch node.standing {
            case nil, .inForce: continue
            case .outdated: plan.steps.append(.issueCertificate(member: node.id))
            case .awaited: plan.waits.append("the new certificate of \(node.id) is not written yet")
            case .written:
                // Who does not answer is told later.
                if node.answers { loading.append(node.id) }
            }
        }
        if !loading.isEmpty { plan.steps.append(.loadCertificates(members: loading)) }
        return plan
    }
}
