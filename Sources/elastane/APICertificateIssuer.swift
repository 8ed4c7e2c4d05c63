import CacheModel
import Certificates
import Foundation
import Server
import Synchronization

/// Has the authority of encrypted groups issue the API's certificate. Its key is in memory only: each service makes a new one.
struct APICertificateIssuer: Sendable {
    let authority: Authority
    /// Seconds.
    let life: TimeInterval
    /// Asked each time, since a machine's addresses change.
    let subject: @Sendable () -> CertificateSubject

    /// Issues one whenever the last does not hold any more.
    func source() -> ServerIdentities.Source {
        let last = Mutex<NodeCertificate?>(nil)
        return { date in
            let subject = subject()
            if let present = last.withLock(\.self), authority.stands(by: present, for: subject, at: date) { return nil }
            let issued = try authority.issue(for: subject, life: life, at: date)
            let identity = try ServerIdentity(certificates: issued.contents, key: issued.contents)
            last.withLock { $0 = issued.record }
            return identity
        }
    }
}
