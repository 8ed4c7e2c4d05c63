import CacheModel
import Certificates
import ControlPlane
import Foundation
import Host

/// How it is with the certificates of encrypted groups.
extension Examination {
    /// Seconds. An authority is to be replaced in time for all clients to learn of the next.
    private static let notice: TimeInterval = 365 * 86_400

    /// Nothing is said where no group is encrypted.
    static func certificates(_ survey: Survey, in directory: DataDirectory, at date: Date) -> [Finding] {
        let groups = survey.groups.filter { $0.isEncryptedInTransit && $0.status != .createFailed }
        let memcached = survey.memcachedClusters.filter { $0.isEncryptedInTransit && $0.status != .createFailed }
        guard !groups.isEmpty || !memcached.isEmpty else { return [] }
        let shown: [(who: String, home: String?, certificate: NodeCertificate?)] =
            groups.flatMap { group in group.members.map { ($0.id, home(of: $0, in: group, directory), $0.certificate) } }
            + memcached.flatMap { cluster in
                cluster.nodes.map { ("\(cluster.name).\($0.id)", directory.directory(of: $0.process), $0.certificate) }
                    + [("the configuration endpoint of \(cluster.name)", nil, cluster.endpointCertificate)]
            }
        return [authority(directory, at: date)]
            + shown.compactMap { who, home, certificate in
                guard let certificate, certificate.end <= date else { return nil }
                let log = home.map { "Its log is \($0)/engine.log." }
                return Finding(
                    subject: "certificate", level: .advice,
                    detail: "that of \(who) ended \(certificate.end.formatted(.iso8601)): clients refuse it",
                    remedy: directory.holder() == nil
                        ? "elastane serve: it renews it." : log ?? "Its service's log says why it is not renewed.")
            }
    }

    private static func authority(_ directory: DataDirectory, at date: Date) -> Finding {
        let subject = "authority"
        do {
            guard let text = try AuthorityChoice.trust(in: directory), let present = try Authority.describe(text).first else {
                return Finding(
                    subject: subject, level: .advice, detail: "there is none on record, and groups are encrypted",
                    remedy: "elastane serve: it issues new certificates to all nodes, and `elastane ca` prints what clients are to trust.")
            }
            let detail = "\(present.name), until \(present.end.formatted(.iso8601))"
            guard present.end < date.addingTimeInterval(notice) else { return Finding(subject: subject, level: .fine, detail: detail) }
            let isKept = try AuthorityChoice.isKept(in: directory)
            return Finding(
                subject: subject, level: .advice, detail: detail,
                remedy: (isKept
                    ? "Name another with --ca-certificate, or move authority.pem away and restart the service, which makes a new one"
                    : "Restart the service with another --ca-certificate and --ca-key")
                    + ": nodes get new certificates, and `elastane ca` prints both authorities, which clients are to trust from then on.")
        } catch {
            return Finding(
                subject: subject, level: .advice, detail: "it can't be read: \(error)", remedy: "Restore \(directory.path) from a backup.")
        }
    }
}
