import CacheModel
import Testing

@testable import Planning

@Suite struct CertificatesTests {
    private static func group(_ standings: [String: CertificateStanding]) -> Situation {
        var situation = Situation.healthy(.disabled())
        for member in situation.group.members {
            situation = situation.with(member.id) { $0.certificate = standings[member.id] ?? .inForce }
        }
        return situation
    }

    private static let waits = ["the new certificate of \(second) is not written yet"]

    static let cases = [
        PlanCase("as it should be", group([:])),
        PlanCase("not encrypted", Situation.healthy(.disabled())),
        PlanCase(
            "two are to be replaced", group([first: .outdated, third: .outdated]),
            steps: [.issueCertificate(member: first), .issueCertificate(member: third)]),
        PlanCase("one is being written", group([second: .awaited]), waits: waits),
        PlanCase("two are written", group([first: .written, third: .written]), steps: [.loadCertificates(members: [first, third])]),
        PlanCase(
            "who does not answer loads it later", group([first: .written, third: .written]).with(third, .silent),
            steps: [
                .loadCertificates(members: [first])
            ]),
        PlanCase(
            "who does not answer gets a new one all the same", group([third: .outdated]).with(third, .silent),
            steps: [
                .issueCertificate(member: third)
            ]),
        PlanCase("who does not run is started with one", group([third: .outdated]).with(third, .exited(detail: "why"))),
        PlanCase(
            "who leaves needs none", group([third: .outdated, second: .written]).recorded(third) { $0.change = .leaving },
            steps: [.loadCertificates(members: [second])]),
    ]

    @Test(arguments: cases) func plans(_ example: PlanCase) {
        example.check(Certificates.plan(example.situation.group, example.situation.observed))
    }

    @Test func aNewGroupIsAvailableOnceItsEndpointsCanBeVerified() {
        var situation = Self.group([second: .outdated]).with { $0.group.status = .creating }
        #expect(situation.plan.steps.contains(.issueCertificate(member: second)) && !situation.plan.steps.contains(.becomeAvailable))
        situation = situation.with(second) { $0.certificate = .inForce }
        #expect(situation.plan.steps.contains(.becomeAvailable))
    }

    @Test func aGroupIsAvailableWhateverItsCertificates() {
        let situation = Self.group([second: .awaited]).with { $0.group.status = .modifying }
        #expect(situation.plan.steps == [.becomeAvailable])
    }
}
