package import Foundation
import NIOSSL

/// A certificate with those above it, and its private key: what the API is served with.
package struct ServerIdentity: Sendable {
    package enum Failure: Error, Sendable, Equatable, CustomStringConvertible {
        case noCertificate
        case unreadableKey
        case keyOfAnother

        package var description: String {
            switch self {
            case .noCertificate: "there is no certificate that can be read (PEM, -----BEGIN CERTIFICATE-----)"
            case .unreadableKey: "there is no private key that can be read and is not encrypted (PEM, -----BEGIN PRIVATE KEY-----)"
            case .keyOfAnother: "the private key is not that of the first certificate"
            }
        }
    }

    /// When the first of the certificates ends to count.
    package let end: Date
    let configuration: TLSConfiguration

    /// Both are PEM. Of the certificates the server's own is the first, and a root may be left out.
    package init(certificates: String, key: String) throws(Failure) {
        guard let chain = try? NIOSSLCertificate.fromPEMBytes(Array(certificates.utf8)),
            let end = chain.map(\.notValidAfter).min()
        else { throw .noCertificate }
        guard let key = try? NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem) else { throw .unreadableKey }
        self.end = Date(timeIntervalSince1970: TimeInterval(end))
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        // Whether they belong together is only found out here.
        guard (try? NIOSSLContext(configuration: configuration)) != nil else { throw .keyOfAnother }
        self.configuration = configuration
    }
}
