import CacheModel
package import Certificates
package import Foundation
import Planning

/// The certificates of all encrypted groups: who issues them, and for how long.
package struct NodeCertificates: Sendable {
    package let authority: Authority
    /// Seconds.
    private let life: TimeInterval

    package init(authority: Authority, life: TimeInterval) {
        self.authority = authority
        self.life = life
    }

    /// Nil for a member that has none, and is given one when it is started.
    func standing(of id: String, in group: ReplicationGroup, isWritten: Bool, at date: Date) -> CertificateStanding? {
        guard group.isEncryptedInTransit, let member = group.member(id), let certificate = member.certificate else { return nil }
        if !isGood(certificate, for: member, of: group, at: date) { return .outdated }
        return certificate.isLoaded ? .inForce : isWritten ? .written : .awaited
    }

    func isGood(_ certificate: NodeCertificate, for member: Member, of group: ReplicationGroup, at date: Date) -> Bool {
        authority.stands(by: certificate, for: group.certificateSubject(of: member), at: date)
    }

    func issue(for member: Member, of group: ReplicationGroup, at date: Date) throws -> IssuedCertificate {
        try authority.issue(for: group.certificateSubject(of: member), life: life, at: date)
    }
}
