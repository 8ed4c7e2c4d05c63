import CacheModel
import Planning
import Synchronization
import Testing

@testable import ControlPlane

@Suite struct FailpointsTests {
    private final class Stops: Sendable {
        private let number = Mutex(0)
        var count: Int { number.withLock { $0 } }
        func stop() { number.withLock { $0 += 1 } }
    }

    @Test(arguments: [
        ("before:promote", "before promote"), ("after:promote", "after promote"), ("before:start:3", "before start start start"),
        ("after:handOver.paused", "after handOver.paused"), ("before:handOver.promoted:1", "before handOver.promoted"),
    ])
    func stopsOnceAtItsPoint(text: String, way: String) throws {
        let stops = Stops()
        let points = try #require(Failpoints(text) { stops.stop() })
        let words = way.split(separator: " ").map(String.init)
        let moment = try #require(Failpoints.Moment(rawValue: words[0]))
        let other: Failpoints.Moment = moment == .before ? .after : .before
        for (number, name) in words.dropFirst().enumerated() {
            #expect(stops.count == 0, "\(number)")
            points.reached(other, name)
            points.reached(moment, "note")
            #expect(stops.count == 0, "\(number)")
            points.reached(moment, name)
        }
        #expect(stops.count == 1)
        for name in words.dropFirst() { points.reached(moment, name) }
        #expect(stops.count == 1, "it stops once")
    }

    @Test(arguments: [
        "", ":", "promote", "before", "before:", "before:nothing", "during:promote", "before:promote:0", "before:promote:-1",
        "before:promote:x", "before:promote:", "before:promote:1:2", " before:promote", "before:Promote", "BEFORE:promote",
    ])
    func anythingElseIsNone(text: String) {
        #expect(Failpoints(text) {} == nil)
    }

    /// One of each case.
    private static let steps: [Step] = [
        .start(member: "m", follows: nil, data: StartData()), .stop(member: "m", reason: .hung), .save(member: "m"),
        .moveAddress(member: "m"), .replicate(member: "m", primary: "p"),
        .recordPrimary(nodeGroup: "n", member: "m", isFailover: true), .promote(member: "m"), .handOver(from: "m", to: "n"),
        .introduce(newcomer: "m", to: "n"), .forgetNodes(member: "m", nodes: []), .bind(member: "m", addresses: []),
        .tune(member: "m", name: "n", value: "v"),
        .route(RouteSpec(name: "r", listen: .init(address: "127.0.0.1", port: 1), targets: [], closesRemoved: false)),
        .dropRoute(name: "r"), .remove(member: "m"), .dropMember("m"), .joined(member: "m"), .rebooted(member: "m"),
        .failoverTested(nodeGroup: "n"), .note(member: "m", nil), .becomeAvailable, .fail(reason: "r"), .forget, .becomeCacheCluster,
        .release(member: "m"), .recordHistory(nodeGroup: "n", history: "h"), .abandon(member: "m", reason: "r"),
        .endHistory(nodeGroup: "n"), .giveUp(.settings, reason: "r"),
        .configure(members: ["m"], WantedParameters(fingerprints: ParameterFingerprints(immediate: "a", atStart: "b"), settings: [])),
        .configured(["m": RunningParameters(immediate: "a", atStart: "b")]),
        .renew(member: "m"), .chooseSuccessor(nodeGroup: "n", member: "m"), .endUpdate(.stopped),
        .issueCertificate(member: "m"), .loadCertificates(members: ["m"]), .certificatesLoaded(members: ["m"]),
        .giveAuthTokens(members: ["m"]), .authTokensGiven(members: ["m"]),
        .changeNodeType(refusal: nil),
    ]

    /// Its place above. A case that is new has none: the compiler asks for it here, and so for its example above.
    private static func place(_ step: Step) -> Int {
        switch step {
        case .start: 0
        case .stop: 1
        case .save: 2
        case .moveAddress: 3
        case .replicate: 4
        case .recordPrimary: 5
        case .promote: 6
        case .handOver: 7
        case .introduce: 8
        case .forgetNodes: 9
        case .bind: 10
        case .tune: 11
        case .route: 12
        case .dropRoute: 13
        case .remove: 14
        case .dropMember: 15
        case .joined: 16
        case .rebooted: 17
        case .failoverTested: 18
        case .note: 19
        case .becomeAvailable: 20
        case .fail: 21
        case .forget: 22
        case .becomeCacheCluster: 23
        case .release: 24
        case .recordHistory: 25
        case .abandon: 26
        case .endHistory: 27
        case .giveUp: 28
        case .configure: 29
        case .configured: 30
        case .renew: 31
        case .chooseSuccessor: 32
        case .endUpdate: 33
        case .issueCertificate: 34
        case .loadCertificates: 35
        case .certificatesLoaded: 36
        case .giveAuthTokens: 37
        case .authTokensGiven: 38
        case .changeNodeType: 39
        }
    }

    @Test func everyStepIsAPoint() {
        #expect(Self.steps.map(Self.place) == Array(Self.steps.indices))
        #expect(Set(Self.steps.map(\.name)) == Set(Step.names) && Step.names.count == Self.steps.count)
        #expect(Failpoints.names.count == Set(Failpoints.names).count)
        for name in Failpoints.names { #expect(Failpoints("before:\(name)") {} != nil, "\(name)") }
    }

    /// What is a record is not an order, and what counts on a step comes after an order.
    @Test func stepsAreOfOneKind() {
        let orders = Set(Self.steps.filter { !$0.isRecord }.map(\.name))
        let expected: Set = [
            "replicate", "promote", "handOver", "release", "save", "introduce", "forgetNodes", "bind", "tune", "configure",
            "loadCertificates", "giveAuthTokens",
        ]
        #expect(orders == expected)
        #expect(Set(Self.steps.filter(\.isCondition).map(\.name)) == ["save", "handOver", "release"])
        #expect(Set(Self.steps.filter(\.isStart).map(\.name)) == ["start", "moveAddress"])
        #expect(Set(Self.steps.filter(\.isBinding).map(\.name)) == ["bind"])
        #expect(Set(Self.steps.map(\.summary)).count == Self.steps.count)
    }
}
