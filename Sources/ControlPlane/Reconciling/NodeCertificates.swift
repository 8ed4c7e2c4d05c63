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

    /// Nil where none is needed. One that runs and has none is of a group that was not encrypted when it was started.
    func standing(of id: String, in group: ReplicationGroup, isWritten: Bool, at date: Date) -> CertificateStanding? {
        guard group.isEncryptedInTransit, let member = group.member(id) else { return nil }
        guard let certificate = member.certificate else { return .outdated }
        return standing(of: certificate, for: group.certificateSubject(of: member), isWritten: isWritten, at: date)
    }

    /// The same of whoever else shows certificates.
    func standing(
        of certificate: NodeCertificate?, for subject: CertificateSubject, isWritten: Bool, at date: Date
    ) -> CertificateStanding? {
        guard let certificate else { return nil }
        guard authority.stands(by: certificate, for: subject, at: date) else { return .outdated }
        return certificate.isLoaded ? .inForce : isWritten ? .written : .awaited
    }

    /// Until the next one is to be renewed, if that is sooner; but never no time: one that can't be renewed is no reason to spin. Nor is one
    /// that ends with its authority.
    func wait(for certificates: [NodeCertificate], atMost longest: Duration, at date: Date) -> Duration {
        guard let renewal = certificates.filter({ $0.end < authority.end }).map(\.renewal).min() else { return longest }
        return min(longest, max(.seconds(renewal.timeIntervalSince(date)), ReconcilingLoop.longestWait))
    }

    func issue(for member: Member, of group: ReplicationGroup, at date: Date) throws -> IssuedCertificate {
        try issue(for: group.certificateSubject(of: member), at: date)
    }

    func issue(for subject: CertificateSubject, at date: Date) throws -> IssuedCertificate {
        try authority.issue(for: subject, life: life, at: date)
    }
}
