import CacheModel
import Testing

@testable import Planning

@Suite struct EncryptionChangeTests {
    /// A group on its way to a mode: every node listens in the former way, with its certificate, and the forwarder has tried its doors.
    static func on(
        _ way: (former: TransitEncryptionMode?, mode: TransitEncryptionMode?), _ group: ReplicationGroup = .disabled()
    ) -> Situation {
        var before = group
        before.transitEncryption = way.former
        var after = before
        after.changeTransitEncryption(to: way.mode)
        after.status = .modifying
        var situation = Situation.healthy(after)
        for member in after.members {
            situation = listening(situation, member.id, as: before).with(member.id) { $0.certificate = .inForce }
        }
        situation = routed(situation)
        for name in after.doorNames {
            guard let address = addresses(after).first(where: { after.doorName(at: $0) == name }) else { continue }
            let door = Doors.door(at: address, of: after)
            let isHeld = way.former == .preferred
            situation.observed.routes[name] = ObservedRoute(
                desired: door, applied: isHeld ? door : nil, problem: isHeld ? nil : "address in use")
        }
        return situation
    }

    /// Its endpoints lead where they should.
    private static func routed(_ situation: Situation) -> Situation {
        var routed = situation
        for case .route(let route) in Endpoints.plan(situation.group, situation.observed, Rules()).steps
        where !route.name.hasPrefix("door-") {
            routed.observed.routes[route.name] = ObservedRoute(desired: route, applied: route)
        }
        return routed
    }

    private static func addresses(_ group: ReplicationGroup) -> [IPAddress] {
        group.nodeGroups.flatMap { $0.members.flatMap(\.addresses) + $0.primaryAddresses }
    }

    static func listening(_ situation: Situation, _ id: String, as group: ReplicationGroup) -> Situation {
        situation.answering(id) {
            $0.tuning["port"] = "\(group.listening.clear)"
            $0.tuning["tls-port"] = "\(group.listening.encrypted)"
            $0.tuning["tls-replication"] = group.listening.encryptsLinks ? "yes" : "no"
            if $0.role == .primary { $0.replicaPorts = [group.linkPort] }
        }
    }

    /// All of its nodes listen as they should, and the doors are where they should be.
    static func done(_ situation: Situation) -> Situation {
        situation.group.members.reduce(situation) { listening($0, $1.id, as: situation.group) }.with { situation in
            for (name, route) in situation.observed.routes {
                situation.observed.routes[name] = ObservedRoute(desired: route.desired, applied: route.desired)
            }
        }
    }

    static func door(_ situation: Situation, _ number: Int, yielded: Bool = false) -> RouteSpec {
        let door = Doors.door(at: ReplicationGroup.address(number), of: situation.group)
        return yielded ? Doors.yielded(door) : door
    }

    private static func yields(_ situation: Situation, _ numbers: Int...) -> [Step] {
        numbers.map { .route(door(situation, $0, yielded: true)) }
    }

    private static let toPreferred = on((nil, .preferred))
    private static let toRequired = on((.preferred, .required))
    private static let back = on((.required, .preferred))
    private static let off = on((.preferred, nil))

    /// The endpoint's address is the forwarder's as soon as a primary dies: its successor can't bind it before it listens in the new way,
    /// and needs a certificate for that.
    @Test func whoCanNotBindTheEndpointIsIssuedACertificateAllTheSame() {
        let situation = Self.toPreferred.with(first) { $0.certificate = .outdated }.answering(first) { $0.boundAddresses = [] }
        let steps = situation.plan.steps
        #expect(steps.contains { if case .bind(member: first, _) = $0 { true } else { false } }, "\(steps)")
        #expect(steps.contains(.issueCertificate(member: first)), "\(steps)")
    }
    private static let all = [first, second, third].map { Step.listen(member: $0) }

    static let cases: [PlanCase] = [
        PlanCase("no change", Situation.healthy(.disabled())),
        PlanCase("the primary first, and then all others", toPreferred, steps: all),
        PlanCase("from required the same", back, steps: all),
        PlanCase("each door is left just before its node takes the port", toRequired, steps: leaving(toRequired)),
        PlanCase("and the same on the way to clear text", off, steps: leaving(off)),
        PlanCase(
            "not before it has a certificate", toPreferred.with(second) { $0.certificate = .awaited }, steps: [all[0], all[2]],
            waits: ["\(second) has no certificate"]),
        PlanCase(
            "not before the forwarder has tried to have the port",
            toPreferred.with { $0.observed.routes[door(toPreferred, 13).name]?.problem = nil }, steps: [all[0], all[1]],
            waits: ["not ready to take the port of \(third)"]),
        PlanCase(
            "not before the primary endpoint's door is there, too",
            toPreferred.with { $0.observed.routes[door(toPreferred, 101).name] = nil }, steps: [all[1], all[2]],
            waits: ["not ready to take the port of \(first)"]),
        PlanCase(
            "nor while a reader endpoint still leads to who is down", toPreferred.with(second, .exited(detail: "")),
            waits: Array(repeating: "the endpoints do not lead", count: 2)),
        PlanCase(
            "not before the reader endpoint leads through the doors",
            toRequired.with { $0.observed.routes["g-ro-u1"]?.applied = nil },
            waits: Array(repeating: "the endpoints do not lead", count: 3)),
        PlanCase("who has it is left alone", listening(toPreferred, second, as: toPreferred.group), steps: [all[0], all[2]]),
        PlanCase(
            "who does not answer is waited for", toPreferred.with(second, .silent), steps: [all[0], all[2]], waits: ["does not answer"]),
        PlanCase("who does not run is started with it", routed(toPreferred.with(second, .exited(detail: ""))), steps: [all[0], all[2]]),
        PlanCase(
            "and its port is free by then", routed(toRequired.with(second, .exited(detail: ""))),
            steps: yields(toRequired, 11, 101) + [all[0]] + yields(toRequired, 12) + yields(toRequired, 13) + [all[2]]),
        PlanCase(
            "a door that was left is not left again",
            toRequired.with { $0.observed.routes[door(toRequired, 12).name]?.desired = door(toRequired, 12, yielded: true) },
            steps: yields(toRequired, 11, 101) + all.prefix(2) + yields(toRequired, 13) + [all[2]]),
        PlanCase("done", done(toPreferred)),
        PlanCase(
            "links that stand come in anew, when all nodes have it",
            done(toPreferred).answering(first) { $0.replicaPorts = [6379, 18_379] }, steps: [.relink(primary: first)]),
        PlanCase("and no sooner", toPreferred.answering(first) { $0.replicaPorts = [6379] }, steps: all),
    ]

    private static func leaving(_ situation: Situation) -> [Step] {
        yields(situation, 11, 101) + [all[0]] + yields(situation, 12) + [all[1]] + yields(situation, 13) + [all[2]]
    }

    @Test(arguments: cases) func plans(_ example: PlanCase) {
        example.check(EncryptionChange.plan(example.situation.group, example.situation.observed, Rules()))
    }

    @Test(arguments: [(nil, .preferred), (.preferred, .required), (.required, .preferred), (.preferred, nil)] as Ways)
    func theGroupIsAvailableWhenAllNodesHaveIt(former: TransitEncryptionMode?, mode: TransitEncryptionMode?) {
        let situation = Self.on((former, mode))
        #expect(!situation.plan.steps.contains(.becomeAvailable))
        var done = Self.done(situation)
        if mode != .preferred {
            for (name, route) in done.observed.routes where name.hasPrefix("door-") {
                let yielded = route.desired.map(Doors.yielded)
                done.observed.routes[name] = ObservedRoute(desired: yielded, applied: yielded)
            }
        }
        #expect(done.plan.steps.contains(.becomeAvailable), "\(done.plan)")
    }

    @Test func oneThatIsLateKeepsTheGroupModifyingForThePatience() {
        var situation = Self.listening(
            Self.listening(Self.toPreferred, first, as: Self.toPreferred.group), third, as: Self.toPreferred.group)
        #expect(!situation.plan.steps.contains(.becomeAvailable))
        situation.observed.waited[.settings] = situation.rules.patience
        let steps = situation.plan.steps
        #expect(steps.contains(.becomeAvailable) && steps.contains(.listen(member: second)))
        #expect(steps.contains { if case .giveUp(.settings, _) = $0 { true } else { false } }, "and that it is late is told")
    }

    typealias Ways = [(TransitEncryptionMode?, TransitEncryptionMode?)]
}

/// The routes before the nodes of groups whose clients may choose.
@Suite struct DoorsTests {
    private static func preferred(_ group: ReplicationGroup = .disabled()) -> ReplicationGroup {
        var group = group
        group.transitEncryption = .preferred
        return group
    }

    @Test func oneAtEveryAddressThatNodesHave() {
        let doors = Doors.wanted(Self.preferred(), ObservedGroup())
        #expect(Set(doors.map(\.listen.address)) == Set([11, 12, 13, 101].map { ReplicationGroup.address($0).description }))
        for door in doors {
            #expect(door.listen.port == 6379 && door.targets == [.init(address: door.listen.address, port: 17_379)])
            #expect(door.encryptedPort == 18_379 && door.knowsTargetsByAddress == true && door.isYielded == nil)
        }
    }

    @Test func noneBeforeOneThatLeaves() {
        var group = Self.preferred()
        group.nodeGroups[0].members[2].change = .leaving
        #expect(Doors.wanted(group, ObservedGroup()).count == 3)
    }

    @Test func noneOfAGroupThatNeverHadThem() {
        #expect(Doors.wanted(.disabled(), ObservedGroup()).isEmpty)
    }

    @Test func endpointsLeadPastTheDoors() throws {
        let group = Self.preferred()
        let reader = try #require(
            Endpoints.plan(group, Situation.healthy(group).observed, Rules()).steps.lazy.compactMap(Self.reader).first)
        #expect(reader.targets.map(\.port) == [17_379, 17_379] && reader.fallbacks.map(\.port) == [17_379])
        #expect(reader.encryptedPort == 18_379 && reader.listen.port == 6379)
    }

    private static func reader(_ step: Step) -> RouteSpec? {
        guard case .route(let route) = step, route.name == "g-ro-u1" else { return nil }
        return route
    }

    @Test func aDoorThatWasLeftStaysUntilItsLastClientHasGone() {
        var situation = EncryptionChangeTests.done(EncryptionChangeTests.on((.preferred, .required)))
        for (name, route) in situation.observed.routes where name.hasPrefix("door-") {
            let yielded = route.desired.map(Doors.yielded)
            situation.observed.routes[name] = ObservedRoute(desired: yielded, applied: yielded, isOver: name.contains(".12-"))
        }
        #expect(Doors.wanted(situation.group, situation.observed).count == 3)
        let drops = Endpoints.plan(situation.group, situation.observed, Rules()).steps
        #expect(drops == [.dropRoute(name: situation.group.doorName(at: ReplicationGroup.address(12)))])
    }

    @Test func innerPortsAreNobodyElses() {
        for port in [1_024, 6_379, 53_535, 53_536, 54_535, 54_536, 55_535, 65_535] {
            var group = ReplicationGroup.disabled()
            group.port = port
            let inner = group.innerPorts
            #expect(Set([port, port + 10_000, inner.clear, inner.encrypted]).count == 4)
            #expect((1_024...65_535).contains(inner.clear) && (1_024...65_535).contains(inner.encrypted), "\(port)")
        }
    }
}
