import NIOCore
import NIOSSL

extension ForwardRoute {
    /// Who the route is to its clients, and whom it trusts at its targets. Both are spoken to with TLS.
    package struct Identity: Codable, Sendable, Equatable {
        /// PEM: a certificate with those above it, and its key, which is a secret.
        package let certificate: String
        /// PEM: the certificates of those who sign the targets'.
        package let authorities: String

        package init(certificate: String, authorities: String) {
            self.certificate = certificate
            self.authorities = authorities
        }
    }
}

/// What a route speaks TLS with.
struct RouteTLS: Sendable {
    let identity: ForwardRoute.Identity
    private let server: NIOSSLContext
    private let client: NIOSSLContext

    init(_ identity: ForwardRoute.Identity) throws {
        self.identity = identity
        let certificate = Array(identity.certificate.utf8)
        var server = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMBytes(certificate).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: certificate, format: .pem)))
        server.minimumTLSVersion = .tlsv12
        var client = TLSConfiguration.makeClientConfiguration()
        client.minimumTLSVersion = .tlsv12
        client.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(identity.authorities.utf8)))
        self.server = try NIOSSLContext(configuration: server)
        self.client = try NIOSSLContext(configuration: client)
    }

    func serverHandler() -> NIOSSLServerHandler { NIOSSLServerHandler(context: server) }

    /// The target's certificate must name the address that it is connected at.
    func clientHandler() throws -> NIOSSLClientHandler { try NIOSSLClientHandler(context: client, serverHostname: nil) }
}
