import CacheModel
import Testing

@testable import Planning

@Suite struct EndpointsTests {
    private static let healthy = Situation.healthy(.disabled())
    private static let own = ReplicationGroup.address(11)
    private static let primaryEndpoint = ReplicationGroup.address(101)

    static func bind(_ id: String, _ addresses: IPAddress...) -> Step { .bind(member: id, addresses: addresses) }

    @Test(arguments: bindings + routes + configurations + drops)
    func plans(_ example: PlanCase) { example.check(Endpoints.plan(example.situation.group, example.situation.observed, Rules())) }

    static let bindings = [
        PlanCase("as it should be", healthy),
        PlanCase("their order does not matter", healthy.answering(first) { $0.boundAddresses.reverse() }),
        PlanCase(
            "the primary lacks the endpoint", healthy.answering(first) { $0.boundAddresses = [own] },
            steps: [bind(first, own, primaryEndpoint)]),
        PlanCase(
            "an address is given up before it is taken",
            healthy.answering(first) { $0.boundAddresses = [own] }.answering(third) { $0.boundAddresses.append(primaryEndpoint) },
            steps: [bind(third, ReplicationGroup.address(13)), bind(first, own, primaryEndpoint)]),
        PlanCase(
            "a primary on record that is a replica does not get the endpoint",
            healthy.answering(first) {
                $0.role = .replica
                $0.boundAddresses = [own]
            }),
        PlanCase(
            "one that has it keeps it: it is about to be promoted, and would have to take it back",
            healthy.answering(first) { $0.role = .replica }),
        PlanCase(
            "another replica gives it up",
            healthy.answering(first) { ($0.role, $0.boundAddresses) = (.replica, [own]) }
                .answering(third) { $0.boundAddresses.append(primaryEndpoint) },
            steps: [bind(third, ReplicationGroup.address(13))]),
        PlanCase(
            "whoever acts as primary keeps it meanwhile",
            healthy.answering(first) { ($0.role, $0.boundAddresses) = (.replica, [own]) }.claiming(second)
                .answering(second) { $0.boundAddresses.append(primaryEndpoint) }, steps: [.route(healthy.reader([third]))]),
        PlanCase("whoever is silent is not told", healthy.with(first, .silent)),
        PlanCase(
            "an engine that can't move addresses is not told",
            Situation.healthy(.disabled(movesAddresses: false)).answering(first) {
                $0.boundAddresses = [own]
            }),
        PlanCase(
            "in a cluster nothing moves", Situation.healthy(.enabled()).answering("g-0001-001") { $0.boundAddresses = [] }),
    ]

    static let twoLinked = healthy.reader([second, third])

    /// Its readers are led to these at present.
    static func routed(_ members: [String]) -> Situation {
        let route = healthy.reader(members)
        return healthy.with { $0.observed.routes[route.name] = ObservedRoute(desired: route, applied: route) }
    }

    static let promoted = healthy.with { $0.group.nodeGroups[0].primary = second }

    static let routes: [PlanCase] = [
        PlanCase(
            "nothing routed yet", healthy.with { $0.observed.routes = [:] }, steps: [.route(twoLinked)]),
        PlanCase("a replica's link is down, and it has synced: its clients stay", healthy.answering(second) { $0.isLinked = false }),
        PlanCase(
            "a replica syncs again", healthy.answering(second) { ($0.isLinked, $0.hasSynced) = (false, false) },
            steps: [.route(healthy.reader([third]))]),
        PlanCase(
            "one that has been silent for too long loses its clients", healthy.silent(second, for: 2),
            steps: [.route(healthy.reader([third]))]),
        PlanCase("one that has been silent for a moment keeps them", healthy.silent(second, for: 1.9)),
        PlanCase(
            "one that is to leave is none", healthy.recorded(second) { $0.change = .leaving }, steps: [.route(healthy.reader([third]))]),
        PlanCase("one that joins is one as soon as it is linked", healthy.recorded(second) { $0.change = .joining }),
        PlanCase(
            "one that joins and syncs is none",
            routed([third]).recorded(second) { $0.change = .joining }
                .answering(second) { ($0.isLinked, $0.hasSynced) = (false, false) }),
        PlanCase("no replica answers, all run: their clients stay", healthy.with(second, .silent).with(third, .silent)),
        PlanCase(
            "who ended is no target", healthy.with(second, .exited(detail: "")), steps: [.route(healthy.reader([third]))]),
        PlanCase("who is ending is none, silent as it is", healthy.with(second, .ending), steps: [.route(healthy.reader([third]))]),
        PlanCase("who starts again is none", healthy.with(second, .starting), steps: [.route(healthy.reader([third]))]),
        PlanCase("who loads is none", healthy.with(second, .loading), steps: [.route(healthy.reader([third]))]),
        PlanCase("somebody else is none", healthy.with(second, .foreign), steps: [.route(healthy.reader([third]))]),
        PlanCase(
            "nobody is left: the primary serves the readers", healthy.with(second, .stopped).with(third, .exited(detail: "")),
            steps: [.route(healthy.reader([]))]),
        PlanCase("who is silent and was not in is not added", routed([third]).with(second, .silent)),
        PlanCase(
            "who has synced, is not linked and was not in is not added", routed([third]).answering(second) { $0.isLinked = false }),
        PlanCase(
            "who was never linked is not added, whatever it holds",
            routed([third]).answering(second) { ($0.isLinked, $0.hasSynced, $0.offset) = (false, false, 1_000_000) }),
        PlanCase("who is linked is added", routed([third]), steps: [.route(twoLinked)]),
        PlanCase(
            "a replica that was promoted leaves, one that is about to follow it stays",
            healthy.with { $0.group.nodeGroups[0].primary = second }.with(first, .exited(detail: ""))
                .answering(third) { $0.isLinked = false },
            steps: [.route(promoted.reader([third]))]),
        PlanCase(
            "the forwarder's record counts, not whether it has it in force yet",
            healthy.answering(second) { $0.isLinked = false }.with { $0.observed.routes["g-ro-u1"]?.applied = nil },
            waits: ["127.64.0.102:6379 is not served yet"]),
        PlanCase("a lone primary", .healthy(.disabled(nodes: 1))),
        PlanCase(
            "not in force yet",
            healthy.with { $0.observed.routes["g-ro-u1"]?.applied = healthy.reader([]) }, waits: ["127.64.0.102:6379 is not served yet"]),
        PlanCase(
            "somebody listens there, before the group was available",
            Situation.healthy(.disabled(status: .creating)).with {
                $0.observed.routes["g-ro-u1"] = ObservedRoute(desired: twoLinked, applied: nil, problem: "address in use")
            }, steps: [.moveAddress(member: first)]),
        PlanCase(
            "somebody listens there, after",
            healthy.with { $0.observed.routes["g-ro-u1"] = ObservedRoute(desired: twoLinked, applied: nil, problem: "address in use") },
            waits: ["is not served yet"]),
        PlanCase(
            "an engine that can't move addresses has its primary endpoint forwarded",
            Situation.healthy(.disabled(movesAddresses: false)).with { $0.observed.routes["g-rw-u1"] = nil },
            steps: [.route(Situation.healthy(.disabled(movesAddresses: false)).writer())]),
        PlanCase(
            "a cluster's configuration endpoint leads to every node, whoever is up",
            Situation.blank(.enabled(shards: 2, replicas: 1, status: .creating)),
            steps: [.route(Situation.blank(.enabled(shards: 2, replicas: 1)).configuration())]),
    ]

    private static let cluster = Situation.healthy(.enabled(replicas: 2))
    private static func configured(_ ids: String...) -> RouteSpec {
        RouteSpec(
            name: "g-cfg-u1", listen: cluster.listen(cluster.group.configurationAddress), targets: ids.map(cluster.listen),
            closesRemoved: false)
    }

    static let configurations = [
        PlanCase(
            "a member that leaves is asked no more", cluster.recorded("g-0001-002") { $0.change = .leaving },
            steps: [.route(configured("g-0001-001", "g-0001-003"))]),
        PlanCase(
            "a member that joins is not asked yet", cluster.recorded("g-0001-003") { $0.change = .joining },
            steps: [.route(configured("g-0001-001", "g-0001-002"))]),
        PlanCase("a member that is rebooted is", cluster.recorded("g-0001-003") { $0.change = .rebooting(incarnation: 1) }),
    ]

    static let drops = [
        PlanCase(
            "a route that nobody wants",
            healthy.with { $0.observed.routes["g-rw-u1"] = ObservedRoute(desired: twoLinked, applied: twoLinked) },
            steps: [.dropRoute(name: "g-rw-u1")]),
        PlanCase(
            "dropped, and the forwarder still has it",
            healthy.with { $0.observed.routes["g-rw-u1"] = ObservedRoute(desired: nil, applied: twoLinked) },
            waits: ["the forwarder still serves g-rw-u1"]),
    ]
}
