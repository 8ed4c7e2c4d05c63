import CacheModel
import Foundation
import Planning
import Testing

@Suite struct MemcachedPlannerTests {
    // MARK: A cluster of two, and what is seen of it

    private static let realm = Realm(region: "us-east-1", account: "000000000000")

    private func cluster(
        _ status: GroupStatus = .available, nodes: Int = 2, _ change: (inout MemcachedCluster) -> Void = { _ in }
    ) throws -> MemcachedCluster {
        var cluster = MemcachedCluster(
            realm: Self.realm, name: "web", uid: "u", createTime: .distantPast, engineVersion: "1.6.12",
            build: MemcachedBuildReference(version: "1.6.18", path: "/m"), nodeType: "cache.t3.micro",
            parameterGroup: "default.memcached1.6", port: 11_211, autoMinorVersionUpgrade: true,
            maintenanceWindow: try MaintenanceWindow(parsing: "sun:01:00-sun:02:00"), tags: [],
            nodes: (1...nodes).map { node("000\($0)", UInt32($0)) }, configurationAddress: .v4(IPv4Address(100)))
        cluster.status = status
        cluster.wasAvailable = status != .creating && status != .createFailed
        change(&cluster)
        return cluster
    }

    private func node(_ id: String, _ address: UInt32, _ change: Member.Change? = nil) -> MemcachedNode {
        MemcachedNode(
            id: id, zone: "us-east-1a", address: .v4(IPv4Address(address)), process: "web-\(id)", createTime: .distantPast, change: change)
    }

    /// As it is when all is well.
    private func seen(_ cluster: MemcachedCluster, _ change: (inout ObservedMemcached) -> Void = { _ in }) -> ObservedMemcached {
        let route = route(cluster)
        var observed = ObservedMemcached(
            nodes: Dictionary(
                uniqueKeysWithValues: cluster.nodes.map {
                    ($0.id, ObservedMemcachedNode(process: .running, answer: .answering, incarnation: 1))
                }),
            route: ObservedRoute(desired: route, applied: route))
        change(&observed)
        return observed
    }

    private func route(_ cluster: MemcachedCluster, host: (MemcachedNode) -> String? = { _ in nil }) -> RouteSpec {
        let nodes = cluster.standing.map {
            MemcachedDiscovery.Node(host: host($0) ?? $0.address.description, address: $0.address.description, port: cluster.port)
        }
        return RouteSpec(
            name: "web-cfg-u", listen: .init(address: cluster.configurationAddress.description, port: cluster.port),
            targets: nodes.map { .init(address: $0.address, port: $0.port) }, closesRemoved: true,
            discovery: MemcachedDiscovery(version: cluster.configurationVersion, engineVersion: "1.6.18", nodes: nodes))
    }

    private func start(_ node: String) -> Step { .start(member: node, follows: nil, data: StartData()) }

    private func plan(_ cluster: MemcachedCluster, _ observed: ObservedMemcached) -> Plan { MemcachedPlanner.plan(cluster, observed) }

    // MARK: Creation

    @Test func aNewClusterIsStartedAtOnce() throws {
        let cluster = try cluster(.creating)
        let plan = plan(cluster, ObservedMemcached())
        #expect(plan.steps == [start("0001"), start("0002"), .route(route(cluster))])
    }

    @Test func itIsAvailableWhenAllAnswerAndTheEndpointIsServed() throws {
        let cluster = try cluster(.creating)
        #expect(plan(cluster, seen(cluster)).steps == [.becomeAvailable])
        let silent = plan(cluster, seen(cluster) { $0.nodes["0002"]?.answer = .silent })
        #expect(silent.steps.isEmpty && !silent.waits.isEmpty)
        let foreign = plan(cluster, seen(cluster) { $0.nodes["0002"]?.answer = .foreign })
        #expect(foreign.steps.isEmpty && !foreign.waits.isEmpty)
        let unserved = plan(cluster, seen(cluster) { $0.route?.applied = nil })
        #expect(unserved.steps.isEmpty && !unserved.waits.isEmpty)
    }

    @Test func whereSomebodyListensAnotherAddressIsTaken() throws {
        let cluster = try cluster(.creating)
        let inUse = seen(cluster) { $0.nodes["0001"]?.process = .refused(.addressInUse, detail: "") }
        #expect(plan(cluster, inUse).steps == [.moveAddress(member: "0001")])
        let endpoint = seen(cluster) { $0.route = ObservedRoute(desired: $0.route?.desired, applied: nil, problem: "in use") }
        #expect(plan(cluster, endpoint).steps == [.moveAddress(member: "web")])
    }

    @Test(arguments: [
        ObservedMemcachedNode(process: .refused(.startFailed, detail: "no memory"), incarnation: 1),
        ObservedMemcachedNode(process: .refused(.addressInUse, detail: "x"), incarnation: 32),
        ObservedMemcachedNode(process: .exited(detail: "bad option"), incarnation: 5),
    ])
    func aHopelessCreationIsGivenUp(_ node: ObservedMemcachedNode) throws {
        let cluster = try cluster(.creating)
        let plan = plan(cluster, seen(cluster) { $0.nodes["0002"] = node })
        guard case .fail(let reason)? = plan.steps.first else { throw Unexpected(plan: plan) }
        #expect(reason.contains("0002") && plan.steps.count == 1)
    }

    @Test func aFailedCreationLeavesNothing() throws {
        let cluster = try cluster(.createFailed)
        let observed = seen(cluster) { $0.nodes["0002"]?.process = .exited(detail: "") }
        #expect(
            plan(cluster, observed).steps == [.dropRoute(name: "web-cfg-u"), .remove(member: "0001"), .remove(member: "0002")])
        let gone = ObservedMemcached(nodes: ["0001": .init(process: .removed), "0002": .init(process: .removed)])
        #expect(plan(cluster, gone).isSettled)
    }

    // MARK: Upkeep

    @Test func whatIsWellIsLeftAlone() throws {
        let cluster = try cluster()
        #expect(plan(cluster, seen(cluster)).isSettled)
    }

    @Test func aNodeThatEndedIsToldOfAndStartedAgain() throws {
        let cluster = try cluster()
        let ended = seen(cluster) { $0.nodes["0001"] = .init(process: .exited(detail: "killed"), incarnation: 1) }
        #expect(plan(cluster, ended).steps == [.note(member: "0001", .init(kind: .ended, reason: "killed")), start("0001")])
        let told = try self.cluster { cluster in
            cluster.change("0001") { $0.trouble = Trouble(kind: .ended, reason: "killed", since: .distantPast) }
        }
        #expect(plan(told, ended).steps == [start("0001")])
        let tooSoon = seen(cluster) { $0.nodes["0001"] = .init(process: .exited(detail: "killed"), incarnation: 4, mayStart: false) }
        #expect(plan(told, tooSoon).steps.isEmpty)
        #expect(plan(told, seen(told)).steps == [.note(member: "0001", nil)])
    }

    @Test func anAddressThatClientsKnowIsWaitedFor() throws {
        let cluster = try cluster { cluster in
            cluster.change("0001") { $0.trouble = Trouble(kind: .refused, reason: "x", since: .distantPast) }
        }
        let inUse = seen(cluster) { $0.nodes["0001"]?.process = .refused(.addressInUse, detail: "x") }
        #expect(plan(cluster, inUse).steps == [start("0001")])
    }

    @Test func aNodeThatHangsIsToldOfAtTheDeadlineAndEndedAfterTen() throws {
        let cluster = try cluster()
        func silent(for seconds: Int) -> ObservedMemcached {
            seen(cluster) { observed in
                observed.nodes["0001"]?.answer = .silent
                observed.nodes["0001"]?.silence = .seconds(seconds)
            }
        }
        #expect(plan(cluster, silent(for: 1)).steps.isEmpty)
        let report = TroubleReport(kind: .hung, reason: "it runs and does not answer")
        #expect(plan(cluster, silent(for: 2)).steps == [.note(member: "0001", report)])
        #expect(plan(cluster, silent(for: 20)).steps == [.note(member: "0001", report), .stop(member: "0001", reason: .hung)])
    }

    @Test func aZoneThatIsDownHasNoNodes() throws {
        let cluster = try cluster { cluster in
            cluster.change("0001") { $0.trouble = Trouble(kind: .zoneDown, reason: "x", since: .distantPast) }
        }
        let down = seen(cluster) { $0.nodes["0001"]?.zoneIsDown = true }
        #expect(plan(cluster, down).steps == [.stop(member: "0001", reason: .zoneDown)])
        let stopped = seen(cluster) { $0.nodes["0001"] = .init(process: .stopped, incarnation: 1, zoneIsDown: true) }
        #expect(plan(cluster, stopped).steps.isEmpty)
        let up = seen(cluster) { $0.nodes["0001"] = .init(process: .stopped, incarnation: 1) }
        #expect(plan(cluster, up).steps == [start("0001")])
    }

    @Test func aBuildThatIsGoneIsToldOf() throws {
        let cluster = try cluster()
        let gone = seen(cluster) { $0.nodes["0001"] = .init(process: .exited(detail: ""), incarnation: 1, buildIsMissing: true) }
        let report = TroubleReport(kind: .engineMissing, reason: "the engine /m is not installed any more")
        #expect(plan(cluster, gone).steps == [.note(member: "0001", report)])
    }

    // MARK: Changes

    @Test func aRebootEndsTheIncarnationOfTheMarkAlone() throws {
        let cluster = try cluster { cluster in cluster.change("0001") { $0.change = .rebooting(incarnation: 1) } }
        #expect(plan(cluster, seen(cluster)).steps == [.stop(member: "0001", reason: .reboot)])
        let stopped = seen(cluster) { $0.nodes["0001"] = .init(process: .stopped, incarnation: 1) }
        #expect(plan(cluster, stopped).steps == [start("0001")])
        let back = seen(cluster) { $0.nodes["0001"]?.incarnation = 2 }
        #expect(plan(cluster, back).steps == [.rebooted(member: "0001")])
    }

    @Test func aNodeThatJoinsIsToldToClientsOnceItAnswers() throws {
        var cluster = try cluster(.modifying, nodes: 3) { cluster in cluster.change("0003") { $0.change = .joining } }
        let old = route(cluster)
        #expect(old.targets.count == 2)
        let absent = seen(cluster) { $0.nodes["0003"] = nil }
        #expect(plan(cluster, absent).steps == [start("0003")])
        #expect(plan(cluster, seen(cluster)).steps == [.joined(member: "0003")])
        let before = cluster.configurationVersion
        cluster.change("0003") { $0.change = nil }
        #expect(cluster.configurationVersion == before + 1)
        let joined = seen(cluster) { $0.route = ObservedRoute(desired: old, applied: old) }
        #expect(plan(cluster, joined).steps == [.route(route(cluster))])
        #expect(plan(cluster, seen(cluster)).steps == [.becomeAvailable])
    }

    @Test func aNodeThatCannotJoinIsGivenUp() throws {
        let cluster = try cluster(.modifying, nodes: 3) { cluster in cluster.change("0003") { $0.change = .joining } }
        let refused = seen(cluster) { $0.nodes["0003"] = .init(process: .refused(.startFailed, detail: "x"), incarnation: 1) }
        guard case .abandon("0003", _)? = plan(cluster, refused).steps.first else { throw Unexpected(plan: plan(cluster, refused)) }
        let dark = seen(cluster) { $0.nodes["0003"] = .init(zoneIsDown: true) }
        #expect(plan(cluster, dark).steps == [.abandon(member: "0003", reason: "Availability zone us-east-1a is down")])
    }

    @Test func aNodeThatLeavesIsEndedOnceClientsAreToldOfTheOthers() throws {
        let full = try self.cluster()
        let cluster = try self.cluster(.modifying) { cluster in cluster.change("0001") { $0.change = .leaving } }
        let before = seen(cluster) { $0.route = ObservedRoute(desired: self.route(full), applied: self.route(full)) }
        #expect(plan(cluster, before).steps == [.route(route(cluster))])
        let pending = seen(cluster) { $0.route?.applied = self.route(full) }
        #expect(plan(cluster, pending).steps.isEmpty)
        #expect(plan(cluster, seen(cluster)).steps == [.remove(member: "0001")])
        let ending = seen(cluster) { $0.nodes["0001"]?.process = .ending }
        #expect(plan(cluster, ending).steps.isEmpty)
        #expect(plan(cluster, seen(cluster) { $0.nodes["0001"]?.process = .removed }).steps == [.dropMember("0001")])
    }

    @Test func whatIsUnderRepairHoldsNoChangeUp() throws {
        let cluster = try cluster(.modifying) { cluster in
            cluster.change("0002") { $0.trouble = Trouble(kind: .ended, reason: "x", since: .distantPast) }
        }
        let observed = seen(cluster) { $0.nodes["0002"] = .init(process: .exited(detail: "x"), incarnation: 9, mayStart: false) }
        #expect(plan(cluster, observed).steps == [.becomeAvailable])
    }

    @Test func aDeletedClusterIsForgottenWhenAllIsGone() throws {
        let cluster = try cluster(.deleting)
        #expect(
            plan(cluster, seen(cluster)).steps == [.dropRoute(name: "web-cfg-u"), .remove(member: "0001"), .remove(member: "0002")])
        let letGo = seen(cluster) { observed in
            observed.route?.desired = nil
            for id in observed.nodes.keys { observed.nodes[id]?.process = .removed }
        }
        #expect(plan(cluster, letGo).steps.isEmpty)
        let gone = ObservedMemcached(nodes: ["0001": .init(process: .removed), "0002": .init(process: .absent)])
        #expect(plan(cluster, gone).steps == [.forget])
    }

    @Test func namesAreToldWhereThereAreAny() throws {
        let cluster = try cluster()
        let names = EndpointNames(group: "web", hash: "abc123", regionCode: "use1", tls: false)
        let plan = MemcachedPlanner.plan(cluster, seen(cluster), names: names)
        #expect(plan.steps == [.route(route(cluster) { "web.abc123.\($0.id).use1.cache.amazonaws.com" })])
    }

    // MARK: Changes

    /// So that never all are empty at once.
    @Test func forAnotherVersionOrTypeNodesEndOneAfterTheOther() throws {
        let cluster = try cluster(.modifying, nodes: 3) { cluster in
            cluster.former = cluster.footing
            for id in ["0002", "0003"] { cluster.change(id) { $0.change = .rebooting(incarnation: 1) } }
        }
        #expect(plan(cluster, seen(cluster)).steps == [.stop(member: "0002", reason: .reboot)])
        let ended = seen(cluster) { $0.nodes["0002"]?.process = .stopped }
        #expect(plan(cluster, ended).steps == [start("0002")])
        let back = seen(cluster) { $0.nodes["0002"]?.incarnation = 2 }
        #expect(plan(cluster, back).steps == [.rebooted(member: "0002")])
        // One that ended by itself meanwhile is started with what is wanted now.
        let crashed = seen(cluster) {
            $0.nodes["0002"]?.process = .ending
            $0.nodes["0003"] = .init(process: .running, answer: .answering, incarnation: 2)
        }
        #expect(plan(cluster, crashed).steps == [.rebooted(member: "0003")])
    }

    @Test func noAddressIsToldBeforeItIsGuarded() throws {
        for status in [GroupStatus.creating, .modifying] {
            let cluster = try cluster(status) { $0.securityChange = true }
            let plan = plan(cluster, seen(cluster))
            #expect(plan.steps.isEmpty && plan.waits == ["its security groups are not in force yet"])
        }
    }

    @Test func bothAddressesOfTheEndpointTellTheSame() throws {
        let cluster = try cluster(.creating) { cluster in
            cluster.secondConfigurationAddress = IPAddress("fd00::1")
            cluster.network = GroupNetwork(subnetGroup: "g", vpc: "v", type: .dualStack)
        }
        var second = RouteSpec(
            name: "web-cfg-second-u", listen: .init(address: "fd00::1", port: 11_211), targets: route(cluster).targets, closesRemoved: true)
        second.discovery = route(cluster).discovery
        #expect(plan(cluster, seen(cluster)).steps == [.route(second)])
        let applied = seen(cluster) { $0.secondRoute = ObservedRoute(desired: second, applied: second) }
        #expect(plan(cluster, applied).steps == [.becomeAvailable])
        let pending = seen(cluster) { $0.secondRoute = ObservedRoute(desired: second, applied: nil) }
        #expect(plan(cluster, pending).steps.isEmpty && plan(cluster, pending).waits.count == 1)
        let taken = seen(cluster) { $0.secondRoute = ObservedRoute(desired: second, applied: nil, problem: "in use") }
        #expect(plan(cluster, taken).steps == [.moveAddress(member: "web")])
        let failed = try self.cluster(.createFailed) {
            $0.secondConfigurationAddress = IPAddress("fd00::1")
        }
        let left = plan(failed, ObservedMemcached(secondRoute: ObservedRoute(desired: second, applied: second)))
        #expect(left.steps == [.dropRoute(name: "web-cfg-second-u")])
    }

    // MARK: Encryption

    @Test func nobodyIsAnsweredInClearText() throws {
        let cluster = try cluster(.creating) { $0.transitEncryption = .required }
        #expect(plan(cluster, ObservedMemcached()).steps == [start("0001"), start("0002"), .issueCertificate(member: "web")])
        let identity = RouteIdentity(certificate: "c", authorities: "a")
        let shown = try self.cluster(.creating) { ($0.transitEncryption, $0.endpointIdentity) = (.required, identity) }
        var route = route(shown)
        route.identity = identity
        #expect(plan(shown, seen(shown)).steps == [.route(route)])
    }

    @Test func certificatesAreReplacedAndThenLoaded() throws {
        let identity = RouteIdentity(certificate: "c", authorities: "a")
        let cluster = try cluster { ($0.transitEncryption, $0.endpointIdentity) = (.required, identity) }
        func look(_ first: CertificateStanding, _ endpoint: CertificateStanding = .inForce, answers: Bool = true) -> Plan {
            var route = route(cluster)
            route.identity = identity
            return plan(
                cluster,
                seen(cluster) {
                    $0.route = ObservedRoute(desired: route, applied: route)
                    $0.nodes["0001"]?.certificate = first
                    $0.nodes["0001"]?.answer = answers ? .answering : .silent
                    $0.nodes["0002"]?.certificate = .inForce
                    $0.endpointCertificate = endpoint
                })
        }
        #expect(look(.inForce).isSettled)
        #expect(look(.outdated).steps == [.issueCertificate(member: "0001")])
        #expect(look(.awaited).steps.isEmpty && look(.awaited).waits.count == 1)
        #expect(look(.written).steps == [.loadCertificates(members: ["0001"])])
        #expect(look(.written, answers: false).steps.isEmpty)
        #expect(look(.inForce, .outdated).steps == [.issueCertificate(member: "web")])
    }

    // MARK: Patience

    private func overdue(_ wishes: Wish...) -> (inout ObservedMemcached) -> Void {
        { observed in
            for wish in wishes { observed.waited[wish] = .seconds(600) }
        }
    }

    @Test func aNodeThatNeverComesUpIsGivenUp() throws {
        let cluster = try cluster(.modifying, nodes: 3) { cluster in cluster.change("0003") { $0.change = .joining } }
        let silent = seen(cluster) { $0.nodes["0003"]?.answer = .silent }
        #expect(plan(cluster, silent).steps.isEmpty)
        var late = silent
        overdue(.addition(member: "0003"))(&late)
        #expect(plan(cluster, late).steps == [.abandon(member: "0003", reason: "it took too long: 0003 does not answer")])
        // One that serves at the last moment has joined.
        #expect(plan(cluster, seen(cluster, overdue(.addition(member: "0003")))).steps == [.joined(member: "0003")])
    }

    @Test func aRebootThatDoesNotEndIsGivenUp() throws {
        let cluster = try cluster { cluster in cluster.change("0001") { $0.change = .rebooting(incarnation: 1) } }
        let wish = Wish.reboot(member: "0001")
        let ending = seen(cluster) { $0.nodes["0001"]?.process = .ending }
        #expect(plan(cluster, ending).steps.isEmpty)
        var late = ending
        overdue(wish)(&late)
        #expect(plan(cluster, late).steps == [.giveUp(wish, reason: "it took too long: 0001 is ending")])
        let back = seen(cluster) {
            $0.nodes["0001"]?.incarnation = 2
            overdue(wish)(&$0)
        }
        #expect(plan(cluster, back).steps == [.rebooted(member: "0001")])
    }

    @Test func aVersionThatCannotBeHadIsGivenUpAsAWhole() throws {
        let former = MemcachedUpgrade(
            engineVersion: "1.5.16", build: MemcachedBuildReference(version: "1.5.22", path: "/old"), parameterGroup: "default.memcached1.5"
        )
        let cluster = try cluster(.modifying) { cluster in
            cluster.former = former
            cluster.change("0001") { $0.change = .rebooting(incarnation: 1) }
            cluster.change("0002") { $0.change = .rebooting(incarnation: 1) }
        }
        let gone = seen(cluster) { observed in
            observed.nodes["0001"] = .init(process: .stopped, incarnation: 1, buildIsMissing: true)
            observed.nodes["0002"]?.incarnation = 2
        }
        #expect(!plan(cluster, gone).steps.contains { if case .giveUp = $0 { true } else { false } })
        var late = gone
        overdue(.settings, .reboot(member: "0001"), .reboot(member: "0002"))(&late)
        #expect(plan(cluster, late).steps == [.giveUp(.settings, reason: "it took too long: the engine of 0001 is not installed")])
        // Nor is it where all run it, and a node that was to go or come besides does not.
        for change in [Member.Change.leaving, .joining] {
            let upgraded = try self.cluster(.modifying) { cluster in
                cluster.former = former
                cluster.change("0001") { $0.change = change }
            }
            let stuck = seen(upgraded) { observed in
                observed.nodes["0001"]?.process = change == .leaving ? .ending : .starting
                overdue(.settings, .removal(member: "0001"), .addition(member: "0001"))(&observed)
            }
            #expect(!plan(upgraded, stuck).steps.contains { if case .giveUp(.settings, _) = $0 { true } else { false } })
        }
        // Once all run it, late or not, it is done.
        let done = try self.cluster(.modifying) { $0.former = former }
        #expect(plan(done, seen(done, overdue(.settings))).steps == [.becomeAvailable])
    }

    @Test func aNodeLeavesInTheEndWhoeverIsToldOfIt() throws {
        let full = try self.cluster()
        let cluster = try self.cluster(.modifying) { cluster in cluster.change("0001") { $0.change = .leaving } }
        let untold = seen(cluster) {
            $0.route?.applied = self.route(full)
            overdue(.removal(member: "0001"), .settings)(&$0)
        }
        #expect(plan(cluster, untold).steps == [.remove(member: "0001")])
        // And where its process won't end, others may be asked for meanwhile.
        let ending = seen(cluster) {
            $0.nodes["0001"]?.process = .ending
            overdue(.removal(member: "0001"), .settings)(&$0)
        }
        #expect(plan(cluster, ending).steps == [.becomeAvailable])
    }

    @Test func anEndpointThatIsNotServedKeepsNoClusterForEver() throws {
        let cluster = try cluster(.modifying)
        let unserved = seen(cluster) { $0.route?.applied = nil }
        #expect(plan(cluster, unserved).steps.isEmpty)
        var late = unserved
        overdue(.settings)(&late)
        #expect(plan(cluster, late).steps == [.becomeAvailable])
    }

    @Test func whatIsOnRecordIsAWish() throws {
        let cluster = try cluster(.modifying, nodes: 4) { cluster in
            cluster.modifyingSince = .distantPast
            cluster.change("0001") { $0.change = .rebooting(incarnation: 1, since: .distantFuture) }
            cluster.change("0002") { $0.change = .joining }
            cluster.change("0003") { $0.change = .leaving }
        }
        #expect(
            cluster.wishes.map(\.wish) == [.settings, .reboot(member: "0001"), .addition(member: "0002"), .removal(member: "0003")])
        #expect(cluster.wishes.map(\.since) == [.distantPast, .distantFuture, .distantPast, .distantPast])
        #expect(try self.cluster().wishes.isEmpty)
    }

    private struct Unexpected: Error { let plan: Plan }
}
