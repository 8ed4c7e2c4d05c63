package import Foundation
package import Logging
import NIOCore
import NIOSSL
import Synchronization

/// What the API is served with, from one handshake to the next: a certificate is replaced while the service runs, and no connection is
/// closed for it.
package final class ServerIdentities: Sendable {
    /// Returns the identity to serve with from now on, or nil where the present one still holds. For one caller at a time, who may have to
    /// wait for the disk.
    package typealias Source = @Sendable (_ date: Date) throws -> ServerIdentity?

    private struct State {
        var identity: ServerIdentity
        /// What went wrong at the last look, and whether it was said.
        var complaint: (text: String, isSaid: Bool)?
        var hasToldOfItsEnd = false
    }

    private let source: Source
    private let logger: Logger
    private let state: Mutex<State>

    /// Throws what the source does, which must have an identity at first.
    package init(at date: Date, logger: Logger, source: @escaping Source) throws {
        guard let identity = try source(date) else { throw ServerIdentity.Failure.noCertificate }
        self.source = source
        self.logger = logger
        state = Mutex(State(identity: identity))
        tellOfTheEnd(at: date)
    }

    package var current: ServerIdentity { state.withLock(\.identity) }

    /// Takes up what has changed. Of what can't be used the identity before it stays in force; that is said once, and only at the second
    /// look: two files are not replaced in one moment.
    package func refresh(at date: Date) {
        do {
            let next = try source(date)
            state.withLock { $0.complaint = nil }
            if let next {
                state.withLock { ($0.identity, $0.hasToldOfItsEnd) = (next, false) }
                logger.notice("the API has a new certificate", metadata: ["until": "\(next.end.formatted(.iso8601))"])
            }
        } catch {
            let text = "\(error)"
            let isToBeSaid = state.withLock { state in
                guard let former = state.complaint, former.text == text else {
                    state.complaint = (text, false)
                    return false
                }
                state.complaint = (text, true)
                return !former.isSaid
            }
            if isToBeSaid {
                logger.error("the API's certificate can't be replaced: the former stays in force", metadata: ["reason": "\(text)"])
            }
        }
        tellOfTheEnd(at: date)
    }

    private func tellOfTheEnd(at date: Date) {
        let end = state.withLock { state -> Date? in
            guard !state.hasToldOfItsEnd, state.identity.end <= date else { return nil }
            state.hasToldOfItsEnd = true
            return state.identity.end
        }
        if let end { logger.error("the API's certificate has ended: clients refuse it", metadata: ["end": "\(end.formatted(.iso8601))"]) }
    }

    /// Each handshake is made with the identity in force then.
    var configuration: TLSConfiguration {
        var configuration = current.configuration
        configuration.sslContextCallback = { [self] _, promise in
            let present = current.configuration
            var override = NIOSSLContextConfigurationOverride()
            override.certificateChain = present.certificateChain
            override.privateKey = present.privateKey
            promise.succeed(override)
        }
        return configuration
    }
}
