import Crypto
package import Foundation
import X509

extension Authority {
    /// Ten years, in seconds.
    private static let life: TimeInterval = 3650 * 86_400

    /// The text of a new authority: its certificate and its key, which is a secret. `Authority` reads it as both.
    package static func make(named name: String, at date: Date) throws -> String {
        let key = P256.Signing.PrivateKey()
        let subject = try DistinguishedName {
            OrganizationName("Elastane")
            CommonName(name)
        }
        let certificate = try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: Certificate.PublicKey(key.publicKey),
            notValidBefore: date.addingTimeInterval(-3600), notValidAfter: date.addingTimeInterval(life), issuer: subject, subject: subject,
            extensions: Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                Critical(KeyUsage(keyCertSign: true, cRLSign: true))
                SubjectKeyIdentifier(hash: Certificate.PublicKey(key.publicKey))
            }, issuerPrivateKey: Certificate.PrivateKey(key))
        return pem(certificate) + key.pemRepresentation + "\n"
    }
}
