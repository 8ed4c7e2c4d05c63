package import CacheModel
import Crypto
package import Foundation
import SwiftASN1
import X509

/// Who signs the certificates of nodes. A value: it reads and writes nothing.
package struct Authority: Sendable {
    /// Its certificate, and those above it up to the root.
    private let chain: [Certificate]
    private let key: Certificate.PrivateKey
    /// The certificates of those that signed before it: nodes may still serve what they issued.
    private let former: [Certificate]
    /// SHA-256 of its own certificate, hexadecimal.
    package let fingerprint: String
    /// When the first of its certificates ends: none that it issues is of use for longer.
    package let end: Date

    /// All is PEM: its own certificate with those above it up to the root; its key; and the certificates of those before it, which may be
    /// none.
    package init(certificates: String, key: String, former: String = "") throws(AuthorityError) {
        let chain = try Self.certificates(certificates)
        guard let first = chain.first, let root = chain.last else { throw .noCertificate }
        self.key = try Self.privateKey(key)
        guard self.key.publicKey == first.publicKey else { throw .keyOfAnother }
        guard Self.mayIssue(first) else { throw .notAnAuthority(first.subject.description) }
        for (lower, upper) in zip(chain, chain.dropFirst()) {
            guard upper.publicKey.isValidSignature(lower.signature, for: lower) else { throw .brokenChain(lower.subject.description) }
        }
        guard root.issuer == root.subject else { throw .noRoot(root.issuer.description) }
        self.chain = chain
        fingerprint = Self.fingerprint(of: first)
        end = chain.map(\.notValidAfter).min() ?? first.notValidAfter
        self.former = try Self.certificates(former).reduce(into: []) { known, other in
            if !chain.contains(other), !known.contains(other) { known.append(other) }
        }
    }

    /// For people.
    package var name: String? { chain.first?.subject.description }

    /// What clients trust nodes by, and nodes each other, as PEM: this authority, and those before it.
    package var trust: String { (chain + former).map(Self.pem).joined() }

    /// Issues a certificate for a key of its own, which is made here and kept nowhere.
    package func issue(for subject: CertificateSubject, life: TimeInterval, at date: Date) throws -> IssuedCertificate {
        let key = P256.Signing.PrivateKey()
        let serial = Certificate.SerialNumber()
        let ends = min(date.addingTimeInterval(life), end)
        let certificate = try Certificate(
            version: .v3, serialNumber: serial, publicKey: Certificate.PublicKey(key.publicKey),
            notValidBefore: min(date, ends).addingTimeInterval(-NodeCertificate.earlier), notValidAfter: ends, issuer: chain[0].subject,
            subject: DistinguishedName { CommonName(String(subject.name.prefix(64))) },
            extensions: extensions(for: subject, Certificate.PublicKey(key.publicKey)), issuerPrivateKey: self.key)
        let path = [certificate] + chain.filter { $0.issuer != $0.subject }
        return IssuedCertificate(
            record: NodeCertificate(
                serial: serial.bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(), authority: fingerprint,
                subject: subject.fingerprint, issued: date, end: ends),
            contents: path.map(Self.pem).joined() + key.pemRepresentation + "\n")
    }

    /// Whether a certificate need not be replaced: it is of this authority, of the present addresses and names, of no time that is still to
    /// come (the clock was wrong when it was issued: nobody would trust it), and with more than a third of its time left; or of as much time
    /// as the authority itself.
    package func stands(by certificate: NodeCertificate, for subject: CertificateSubject, at date: Date) -> Bool {
        certificate.authority == fingerprint && certificate.subject == subject.fingerprint
            && certificate.beginning <= date && (date < certificate.renewal || certificate.end >= end)
    }

    private func extensions(for subject: CertificateSubject, _ key: Certificate.PublicKey) throws -> Certificate.Extensions {
        try Certificate.Extensions {
            Critical(BasicConstraints.notCertificateAuthority)
            Critical(KeyUsage(digitalSignature: true))
            // Nodes are each other's clients.
            try ExtendedKeyUsage([.serverAuth, .clientAuth])
            SubjectAlternativeNames(
                subject.addresses.map { GeneralName.ipAddress($0.octets) } + subject.names.map { GeneralName.dnsName($0) })
            SubjectKeyIdentifier(hash: key)
            AuthorityKeyIdentifier(keyIdentifier: issuerKeyIdentifier)
        }
    }

    /// As its certificate has it, since that is what clients compare with.
    private var issuerKeyIdentifier: ArraySlice<UInt8> {
        (try? chain[0].extensions.subjectKeyIdentifier)?.keyIdentifier ?? SubjectKeyIdentifier(hash: chain[0].publicKey).keyIdentifier
    }

    /// Whether a node that shows this certificate at this address is ours: an authority of ours has signed it, and for that address.
    ///
    /// Whether its time is over is not asked: who renews it must be able to speak to the node that still serves it.
    package func recognises(_ certificate: [UInt8], at address: String) -> Bool {
        guard let shown = try? Certificate(derEncoded: certificate), let address = IPAddress(address),
            let names = try? shown.extensions.subjectAlternativeNames, names.contains(.ipAddress(address.octets))
        else { return false }
        return (chain + former).contains { $0.subject == shown.issuer && $0.publicKey.isValidSignature(shown.signature, for: shown) }
    }
}

/// A certificate and its key.
package struct IssuedCertificate: Sendable {
    package let record: NodeCertificate
    /// PEM: the certificate, those between it and the root, and the key, which is a secret.
    package let contents: String
}

extension IPAddress {
    fileprivate var octets: ASN1OctetString {
        let bytes =
            switch self {
            case .v4(let address): withUnsafeBytes(of: address.value.bigEndian) { Array($0) }
            case .v6(let address): withUnsafeBytes(of: address.value.bigEndian) { Array($0) }
            }
        return ASN1OctetString(contentBytes: bytes[...])
    }
}
