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
        guard !groups.isEmpty else { return [] }
        let ended = groups.flatMap { group in group.members.map { (group: group, member: $0) } }
            .filter { $0.member.certificate.map { $0.end <= date } ?? false }
        return [authority(directory, at: date)]
            + ended.map { group, member in
                Finding(
                    subject: "certificate", level: .advice,
                    detail: "that of \(member.id) ended \(member.certificate?.end.formatted(.iso8601) ?? ""): clients refuse it",
                    remedy: directory.holder() == nil
                        ? "elastane serve: it renews it." : "Its log is \(home(of: member, in: group, directory))/engine.log.")
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
            return Finding(
                subject: subject, level: .advice, detail: detail,
                remedy:
                    "Name another with --ca-certificate, or move authority.pem away and restart the service, which makes a new one: nodes get "
                    + "new certificates, and `elastane ca` prints both authorities, which clients are to trust from then on.")
        } catch {
            return Finding(
                subject: subject, level: .advice, detail: "it can't be read: \(error)", remedy: "Restore \(directory.path) from a backup.")
        }
    }
}
