import Crypto
package import Foundation
import SwiftASN1
import X509

extension Authority {
    static func pem(_ certificate: Certificate) -> String {
        (try? certificate.serializeAsPEM().pemString).map { $0 + "\n" } ?? ""
    }

    static func certificates(_ text: String) throws(AuthorityError) -> [Certificate] {
        do {
            return try PEMDocument.parseMultiple(pemString: text).filter { $0.discriminator == Certificate.defaultPEMDiscriminator }
                .map { try Certificate(pemDocument: $0) }
        } catch {
            throw .unreadableCertificate("\(error)")
        }
    }

    /// The first key of a file: parameters of a curve may stand before it.
    static func privateKey(_ text: String) throws(AuthorityError) -> Certificate.PrivateKey {
        do {
            let documents = try PEMDocument.parseMultiple(pemString: text)
            guard let key = documents.first(where: { $0.discriminator.hasSuffix("PRIVATE KEY") }) else { throw AuthorityError.noKey }
            return try Certificate.PrivateKey(pemDocument: key)
        } catch {
            throw error as? AuthorityError ?? .unreadableKey("\(error)")
        }
    }

    /// The subject and the end of each certificate in a PEM text.
    package static func describe(_ text: String) throws(AuthorityError) -> [(name: String, end: Date)] {
        try certificates(text).map { ($0.subject.description, $0.notValidAfter) }
    }

    static func mayIssue(_ certificate: Certificate) -> Bool {
        guard case .isCertificateAuthority? = try? certificate.extensions.basicConstraints else { return false }
        guard let usage = try? certificate.extensions.keyUsage else { return true }
        return usage.keyCertSign
    }

    static func fingerprint(of certificate: Certificate) -> String {
        var serializer = DER.Serializer()
        guard (try? serializer.serialize(certificate)) != nil else { return "" }
        return SHA256.hash(data: serializer.serializedBytes).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

/// Why nothing can be issued with what was given.
package enum AuthorityError: Error, Sendable, Equatable, CustomStringConvertible {
    case noCertificate
    case unreadableCertificate(String)
    case noKey
    case unreadableKey(String)
    case keyOfAnother
    case notAnAuthority(String)
    case brokenChain(String)
    case noRoot(String)

    package var description: String {
        switch self {
        case .noCertificate: "it holds no certificate (PEM, -----BEGIN CERTIFICATE-----)"
        case .unreadableCertificate(let reason): "a certificate in it can't be read: \(reason)"
        case .noKey: "it holds no private key that is not encrypted (PEM, -----BEGIN PRIVATE KEY-----)"
        case .unreadableKey: "its key can't be read, or is of a kind that can't be used: P-256, P-384, P-521, RSA and Ed25519 can"
        case .keyOfAnother: "the key is not that of the first certificate"
        case .notAnAuthority(let subject): "\(subject) may not issue certificates"
        case .brokenChain(let subject): "\(subject) was not issued by the certificate that comes after it"
        case .noRoot(let issuer): "the last certificate must be a root, which is issued by itself; it was issued by \(issuer)"
        }
    }
}
