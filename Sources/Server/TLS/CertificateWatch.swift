package import Foundation
import NIOPosix
import ServiceLifecycle

/// Takes up what changes in the API's certificate, within two seconds.
package struct CertificateWatch: Service {
    private let identities: ServerIdentities
    private let now: @Sendable () -> Date

    package init(identities: ServerIdentities, now: @escaping @Sendable () -> Date) {
        self.identities = identities
        self.now = now
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await Task.sleep(for: .seconds(1))
                // A disk that hangs must hold up nobody.
                try? await NIOThreadPool.singleton.runIfActive { identities.refresh(at: now()) }
            }
        }
    }
}
