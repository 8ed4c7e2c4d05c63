import NIOCore
import NIOSSL

/// How engines are told apart from strangers when they are spoken to with TLS.
package struct EngineTrust: Sendable {
    /// Whether a certificate (DER) is that of the engine at an address.
    package typealias Recognition = @Sendable (_ certificate: [UInt8], _ address: String) -> Bool

    private let context: NIOSSLContext
    private let recognises: Recognition

    package init(_ recognises: @escaping Recognition) throws {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        // Left to the recognition, which asks for no name: engines are known by their addresses.
        configuration.trustRoots = .certificates([])
        // One that hangs says no goodbye.
        configuration.shutdownTimeout = .milliseconds(50)
        context = try NIOSSLContext(configuration: configuration)
        self.recognises = recognises
    }

    func handler(for address: String) throws -> NIOSSLClientHandler {
        try NIOSSLClientHandler(context: context, serverHostname: nil) { [recognises] certificates, promise in
            let isKnown = (try? certificates.first?.toDERBytes()).map { recognises($0, address) } ?? false
            promise.succeed(isKnown ? .certificateVerified : .failed)
        }
    }
}
