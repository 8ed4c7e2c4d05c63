import CacheModel
import ControlPlane
import Engine
import Foundation
import Host

/// How the Memcached clusters of a data directory are, and what there is to run them with.
extension Examination {
    static func memcached(_ catalog: EngineCatalog) -> [Finding] {
        guard !catalog.memcached.isEmpty else {
            return [
                Finding(
                    subject: "engine", level: .advice, detail: "no memcached was found: cache clusters of memcached can't be made",
                    remedy:
                        "Debian and Ubuntu: apt-get install memcached. Others: a memcached package, or name a build in ELASTANE_ENGINES.")
            ]
        }
        var findings = catalog.memcached.map { build in
            Finding(subject: "engine", level: .fine, detail: "memcached \(build.version) at \(build.path)")
        }
        let unserved = MemcachedRelease.all.filter {
            catalog.chooseMemcached(major: $0.version.major, minor: $0.version.minor) == nil
        }
        if !unserved.isEmpty {
            findings.append(
                Finding(
                    subject: "versions", level: .advice,
                    detail: "no installed build serves memcached \(unserved.map(\.name).joined(separator: ", "))",
                    remedy: "Install a build of that version or a newer one."))
        }
        return findings
    }

    /// Nothing where there are none.
    static func memcached(_ survey: Survey, in directory: DataDirectory) -> [Finding] {
        let clusters = survey.memcachedClusters
        guard !clusters.isEmpty else { return [] }
        let standing = clusters.count { $0.status == .available }
        let summary = Finding(subject: "memcached", level: .fine, detail: "\(standing) of \(clusters.count) clusters available")
        return [summary] + clusters.compactMap { status($0, isServed: directory.holder() != nil) }
            + clusters.compactMap { unguarded($0.unguarded, name($0)) }
            + clusters.flatMap { cluster in cluster.nodes.compactMap { trouble($0, of: cluster, in: directory) } }
            + clusters.flatMap { cluster in cluster.nodes.flatMap { parameters(of: $0, in: cluster) } }
            + missingMemcached(clusters)
    }

    /// Nil for a cluster that is available.
    private static func status(_ cluster: MemcachedCluster, isServed: Bool) -> Finding? {
        switch cluster.status {
        case .available: return nil
        case .createFailed:
            return Finding(
                subject: "memcached", level: .advice,
                detail: "\(name(cluster)) is create-failed: \(firstLine(cluster.failure ?? "no reason is on record"))",
                remedy: "aws elasticache delete-cache-cluster --cache-cluster-id \(cluster.name)")
        case .creating, .modifying, .deleting:
            let status = "\(name(cluster)) is \(cluster.status.rawValue)"
            if isServed { return Finding(subject: "memcached", level: .fine, detail: status) }
            return Finding(
                subject: "memcached", level: .advice, detail: status + ", and no service runs that would finish it",
                remedy: "elastane serve")
        }
    }

    /// Nil for a node that has none.
    private static func trouble(_ node: MemcachedNode, of cluster: MemcachedCluster, in directory: DataDirectory) -> Finding? {
        guard let trouble = node.trouble else { return nil }
        let log = "Its log is \(directory.directory(of: node.process))/engine.log."
        let (what, remedy): (String, String) =
            switch trouble.kind {
            case .ended: ("has ended", log)
            case .refused: ("could not be started", log)
            case .hung: ("hangs", log)
            case .engineMissing: ("has no engine", "Install memcached \(cluster.build.version) at \(cluster.build.path).")
            case .saveFailing, .sealFailing: ("can't save its data", log)
            case .zoneDown: ("is not run: its zone is down", "elastane fault zone \(node.zone) up")
            }
        return Finding(
            subject: "member", level: .advice,
            detail:
                "\(cluster.name).\(node.id) of \(name(cluster)) \(what) (since \(trouble.since.formatted(.iso8601))\(restarts(trouble))): "
                + firstLine(trouble.reason),
            remedy: remedy)
    }

    private static func parameters(of node: MemcachedNode, in cluster: MemcachedCluster) -> [Finding] {
        (node.withoutEffect ?? []).map {
            withoutEffect($0, of: cluster.parameterGroup, on: "\(cluster.name).\(node.id) of \(name(cluster))")
        }
    }

    private static func missingMemcached(_ clusters: [MemcachedCluster]) -> [Finding] {
        let users = clusters.filter { $0.status != .createFailed && $0.status != .deleting }
        let gone = Dictionary(grouping: users, by: \.build.path).filter { !FileManager.default.isExecutableFile(atPath: $0.key) }
        return gone.sorted { $0.key < $1.key }.map { path, clusters in
            Finding(
                subject: "engine", level: .missing,
                detail: "memcached at \(path) is not installed any more, and needed by " + clusters.map(name).joined(separator: ", "),
                remedy: "Install it there again: nodes that run go on, and none of them could be restarted.")
        }
    }

    private static func name(_ cluster: MemcachedCluster) -> String {
        "\(cluster.name) (\(cluster.realm.region), account \(cluster.realm.account))"
    }
}
