import CacheModel
import Foundation
import Planning
import Testing

@testable import ControlPlane

@Suite struct NodeCertificatesTests {
    private static let starts: [Step] = ["g-001", "g-002"].map { .start(member: $0, follows: nil, data: StartData()) }
    private static let day: Double = 86_400

    private static func group() async throws -> Fixture {
        let fixture = try await Fixture()
        try await fixture.available("g", "NumCacheClusters=2&TransitEncryptionEnabled=true")
        try await fixture.perform(starts, on: "g")
        return fixture
    }

    /// As the store has it: in memory records of processes are without their files.
    private func file(_ fixture: Fixture, _ member: String = "g-001", _ name: String = "tls.pem") async throws -> ProcessSpec.File? {
        let process = try #require(fixture.process(member))
        let record = try #require(try await fixture.records()[ProcessSpec.key(process.id)])
        return try JSONDecoder().decode(ProcessSpec.self, from: record).files.first { $0.name == name }
    }

    private func standing(_ fixture: Fixture, written: Bool = true) throws -> CertificateStanding? {
        let group = try #require(fixture.group("g"))
        return fixture.tools.certificates?.standing(of: "g-001", in: group, isWritten: written, at: fixture.clock.now)
    }

    @Test func eachNodeIsStartedWithOneOfItsOwn() async throws {
        let fixture = try await Self.group()
        let certificate = try #require(fixture.group("g")?.members[0].certificate)
        #expect(certificate.isLoaded && certificate.end == Fixture.start.addingTimeInterval(397 * Self.day))
        let first = try #require(try await file(fixture))
        let second = try #require(try await file(fixture, "g-002"))
        #expect(first.contents != second.contents && first.policy == .live && first.contents.contains("PRIVATE KEY"))
        let authorities = try #require(try await file(fixture, "g-001", "ca.pem")).contents
        #expect(authorities.contains("BEGIN CERTIFICATE") && !authorities.contains("PRIVATE KEY"))
        #expect(try await file(fixture, "g-001", "node.conf")?.contents.contains("tls-port 6379") == true)
        #expect(try standing(fixture) == .inForce)
    }

    @Test func eachStartHasAnother() async throws {
        let fixture = try await Self.group()
        let before = try await file(fixture)
        fixture.clock.advance(300 * Self.day)
        try await fixture.perform(Self.starts, on: "g")
        #expect(try await file(fixture) != before)
        #expect(try standing(fixture) == .inForce)
    }

    @Test func oneThatRunsGetsAnother() async throws {
        let fixture = try await Self.group()
        fixture.clock.advance(264 * Self.day)
        #expect(try standing(fixture) == .inForce)
        fixture.clock.advance(1 * Self.day)
        #expect(try standing(fixture) == .outdated)
        let before = try await file(fixture)
        try await fixture.perform([.issueCertificate(member: "g-001")], on: "g")
        let after = try #require(fixture.process("g-001"))
        #expect(after.incarnation == 1 && after.edition == 1)
        #expect(try await file(fixture) != before)
        #expect(try standing(fixture, written: false) == .awaited && standing(fixture) == .written)
        try await fixture.perform([.certificatesLoaded(members: ["g-001"])], on: "g")
        #expect(try standing(fixture) == .inForce)
    }

    /// A clock that was wrong when it was issued: clients would refuse it until then.
    @Test func oneOfATimeToComeIsReplaced() async throws {
        let fixture = try await Self.group()
        fixture.clock.advance(-3600)
        #expect(try standing(fixture) == .inForce)
        fixture.clock.advance(-1)
        #expect(try standing(fixture) == .outdated)
        try await fixture.perform([.issueCertificate(member: "g-001"), .certificatesLoaded(members: ["g-001"])], on: "g")
        #expect(try standing(fixture) == .inForce)
    }

    @Test func anotherEndpointNeedsAnother() async throws {
        let fixture = try await Self.group()
        try await fixture.change("g") { $0.nodeGroups[0].readerAddress = IPAddress("127.64.9.9") }
        #expect(try standing(fixture) == .outdated)
    }

    @Test func anotherAuthorityIssuesItAnew() async throws {
        let fixture = try await Self.group()
        let others = try await Fixture(certificates: Fixture.makeCertificates("another")).tools.certificates
        let group = try #require(fixture.group("g"))
        #expect(others?.standing(of: "g-001", in: group, isWritten: true, at: fixture.clock.now) == .outdated)
    }

    @Test func noneForAGroupInClearText() async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", "NumCacheClusters=2")
        try await fixture.perform(Self.starts, on: "g")
        #expect(try await file(fixture) == nil)
        #expect(fixture.group("g")?.members[0].certificate == nil)
        #expect(try standing(fixture) == nil)
    }
}
