import CacheModel
import Foundation
import Testing

@testable import Certificates

@Suite struct AuthorityTests {
    private static let now = Date(timeIntervalSince1970: 1_795_402_800)
    private static let subject = CertificateSubject(
        name: "rg-001", addresses: ["127.64.0.5", "fd00::5"].compactMap { IPAddress($0) },
        names: ["rg-001.rg.abc123.use1.cache.amazonaws.com"])

    private static func authority(_ name: String = "a", former: String = "") throws -> Authority {
        let text = try Authority.make(named: name, at: now)
        return try Authority(certificates: text, key: text, former: former)
    }

    private static func bytes(of issued: IssuedCertificate) throws -> [UInt8] {
        let first = issued.contents.components(separatedBy: "-----END CERTIFICATE-----")[0].split(separator: "\n").dropFirst().joined()
        return Array(try #require(Data(base64Encoded: first)))
    }

    @Test func whatItIssuesIsRecognisedAtItsAddressesAlone() throws {
        let authority = try Self.authority()
        let shown = try Self.bytes(of: authority.issue(for: Self.subject, life: 60, at: Self.now))
        for address in ["127.64.0.5", "fd00::5"] { #expect(authority.recognises(shown, at: address)) }
        for address in ["127.64.0.6", "fd00::6", "rg-001", ""] { #expect(!authority.recognises(shown, at: address)) }
        #expect(!authority.recognises(Array(shown.dropLast()), at: "127.64.0.5"))
        #expect(!authority.recognises([], at: "127.64.0.5"))
    }

    @Test func anotherOfTheSameNameIsNotIt() throws {
        let shown = try Self.bytes(of: Self.authority().issue(for: Self.subject, life: 60, at: Self.now))
        #expect(try !Self.authority().recognises(shown, at: "127.64.0.5"))
    }

    @Test func whatTheOneBeforeItIssuedIsRecognised() throws {
        let old = try Self.authority("old")
        let shown = try Self.bytes(of: old.issue(for: Self.subject, life: 60, at: Self.now))
        let new = try Self.authority("new", former: old.trust)
        #expect(new.recognises(shown, at: "127.64.0.5"))
        #expect(new.trust.hasSuffix(old.trust) && new.trust != old.trust)
        #expect(try Authority.describe(new.trust).map(\.name) == ["CN=new,O=Elastane", "CN=old,O=Elastane"])
        #expect(new.fingerprint != old.fingerprint)
    }

    @Test func eachIsIssuedAnew() throws {
        let authority = try Self.authority()
        let (one, other) = (
            try authority.issue(for: Self.subject, life: 300, at: Self.now), try authority.issue(for: Self.subject, life: 300, at: Self.now)
        )
        #expect(one.record.serial != other.record.serial && one.contents != other.contents)
        #expect(one.record.end == Self.now.addingTimeInterval(300) && one.record.renewal == Self.now.addingTimeInterval(200))
        #expect(one.record.subject == Self.subject.fingerprint && one.record.authority == authority.fingerprint)
        #expect(!one.record.isLoaded)
    }

    @Test func nothingOutlivesTheAuthority() throws {
        let authority = try Self.authority()
        let issued = try authority.issue(for: Self.subject, life: 100 * 365 * 86_400, at: Self.now)
        #expect(issued.record.end == authority.end)
    }

    @Test func whatIsNoAuthorityIsRefused() throws {
        let one = try Authority.make(named: "one", at: Self.now)
        let other = try Authority.make(named: "other", at: Self.now)
        let leaf = try Authority(certificates: one, key: one).issue(for: Self.subject, life: 60, at: Self.now).contents
        #expect(throws: AuthorityError.noCertificate) { try Authority(certificates: "", key: one) }
        #expect(throws: AuthorityError.keyOfAnother) { try Authority(certificates: one, key: other) }
        #expect(throws: AuthorityError.self) { try Authority(certificates: one, key: "") }
        #expect(throws: AuthorityError.self) { try Authority(certificates: one.replacing("MII", with: "MIJ"), key: one) }
        #expect(throws: AuthorityError.notAnAuthority("CN=rg-001")) { try Authority(certificates: leaf, key: leaf) }
        #expect(throws: AuthorityError.self) { try Authority(certificates: one + other, key: one) }
    }
}
