import CacheModel
import Certificates
import Foundation
import Logging
import Server
import Synchronization
import Testing

@Suite struct ServerIdentitiesTests {
    private static let date = Date(timeIntervalSince1970: 1_800_000_000)
    private let authority: String

    init() throws {
        authority = try Authority.make(named: "test", at: Self.date)
    }

    /// PEM: a certificate with its key.
    private func issued(life: TimeInterval = 3600) throws -> String {
        let subject = CertificateSubject(name: "test", addresses: [.localhost], names: ["localhost"])
        return try Authority(certificates: authority, key: authority).issue(for: subject, life: life, at: Self.date).contents
    }

    private func identity(life: TimeInterval = 3600) throws -> ServerIdentity {
        let text = try issued(life: life)
        return try ServerIdentity(certificates: text, key: text)
    }

    @Test func aPairIsTakenWithItsEnd() throws {
        #expect(try identity().end == Self.date.addingTimeInterval(3600))
    }

    @Test func whatIsNoPairIsRefused() throws {
        let (one, other) = (try issued(), try issued())
        #expect(throws: ServerIdentity.Failure.keyOfAnother) { try ServerIdentity(certificates: one, key: other) }
        #expect(throws: ServerIdentity.Failure.noCertificate) { try ServerIdentity(certificates: "", key: one) }
        #expect(throws: ServerIdentity.Failure.noCertificate) {
            try ServerIdentity(certificates: "-----BEGIN CERTIFICATE-----\n", key: one)
        }
        let certificate = one[..<(one.range(of: "-----BEGIN PRIVATE KEY-----")?.lowerBound ?? one.endIndex)]
        #expect(throws: ServerIdentity.Failure.unreadableKey) { try ServerIdentity(certificates: one, key: String(certificate)) }
    }

    @Test func theNextIsTakenUp() throws {
        let source = Scripted([.success(try identity()), .success(nil), .success(try identity(life: 7200))])
        let identities = try ServerIdentities(at: Self.date, logger: Self.quiet, source: source.next)
        identities.refresh(at: Self.date)
        #expect(identities.current.end == Self.date.addingTimeInterval(3600))
        identities.refresh(at: Self.date)
        #expect(identities.current.end == Self.date.addingTimeInterval(7200))
    }

    @Test func aFailureLeavesTheFormerAndIsSaidOnceAtTheSecondLook() throws {
        let said = Said()
        let failure = Result<ServerIdentity?, ServerIdentity.Failure>.failure(.keyOfAnother)
        let source = Scripted([.success(try identity()), failure, failure, failure, .success(nil), failure, failure])
        let identities = try ServerIdentities(at: Self.date, logger: said.logger, source: source.next)
        var counts: [Int] = []
        for _ in 0..<6 {
            identities.refresh(at: Self.date)
            counts.append(said.count)
        }
        #expect(counts == [0, 1, 1, 1, 1, 2])
        #expect(identities.current.end == Self.date.addingTimeInterval(3600))
    }

    @Test func itsEndIsToldOnce() throws {
        let said = Said()
        let source = Scripted([.success(try identity())])
        let identities = try ServerIdentities(at: Self.date, logger: said.logger, source: source.next)
        let counts = [3599.0, 3601, 3602].map { seconds in
            identities.refresh(at: Self.date.addingTimeInterval(seconds))
            return said.count
        }
        #expect(counts == [0, 1, 1])
    }

    @Test func nothingToBeginWithIsRefused() {
        #expect(throws: ServerIdentity.Failure.keyOfAnother) {
            try ServerIdentities(at: Self.date, logger: Self.quiet, source: Scripted([.failure(.keyOfAnother)]).next)
        }
    }

    private static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}

/// A source that gives what it was told, then nothing new.
private final class Scripted: Sendable {
    private let answers: Mutex<[Result<ServerIdentity?, ServerIdentity.Failure>]>

    init(_ answers: [Result<ServerIdentity?, ServerIdentity.Failure>]) {
        self.answers = Mutex(answers)
    }

    func next(_ date: Date) throws -> ServerIdentity? {
        try answers.withLock { $0.isEmpty ? .success(nil) : $0.removeFirst() }.get()
    }
}

/// Counts errors that are logged.
private final class Said: Sendable {
    private let errors = Mutex(0)

    var count: Int { errors.withLock(\.self) }
    var logger: Logger { Logger(label: "test") { _ in Handler(said: self) } }

    private struct Handler: LogHandler {
        let said: Said
        var metadata: Logger.Metadata = [:]
        var logLevel: Logger.Level = .error

        init(said: Said) { self.said = said }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) { said.errors.withLock { $0 += 1 } }
    }
}
