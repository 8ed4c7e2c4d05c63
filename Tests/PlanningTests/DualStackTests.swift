import CacheModel
import Testing

@testable import Planning

/// Nodes and endpoints that have an address of each family: both lead to the same, always.
@Suite struct DualStackTests {
    private static func v6(_ number: Int) -> IPAddress { .v6(IPv6Address(0xfd00 << 112 | UInt128(number))) }

    private static func group(movesAddresses: Bool = true) -> ReplicationGroup {
        var group = ReplicationGroup.disabled(movesAddresses: movesAddresses)
        for index in group.nodeGroups[0].members.indices { group.nodeGroups[0].members[index].secondAddress = v6(11 + index) }
        group.nodeGroups[0].secondPrimaryAddress = v6(101)
        group.nodeGroups[0].secondReaderAddress = v6(102)
        return group
    }

    private static func cluster() -> ReplicationGroup {
        var group = ReplicationGroup.enabled()
        for index in group.nodeGroups[0].members.indices { group.nodeGroups[0].members[index].secondAddress = v6(11 + index) }
        group.secondConfigurationAddress = v6(100)
        return group
    }

    private static let healthy = Situation.healthy(group())
    private static let routed = Situation.healthy(group(movesAddresses: false))
    private static let own = [ReplicationGroup.address(11), v6(11)]
    private static let successor = [ReplicationGroup.address(12), v6(12)]
    private static let theThird = [ReplicationGroup.address(13), v6(13)]
    private static let endpoint = [ReplicationGroup.address(101), v6(101)]

    static let cases = [
        PlanCase("as it should be", healthy),
        PlanCase("through routes", routed),
        PlanCase("in a cluster", Situation.healthy(cluster())),
        PlanCase(
            "half of the endpoint is missing", healthy.answering(first) { $0.boundAddresses = own + [endpoint[0]] },
            steps: [.bind(member: first, addresses: own + endpoint)]),
        PlanCase(
            "half of it is elsewhere",
            healthy.answering(first) { $0.boundAddresses = own + [endpoint[0]] }
                .answering(third) { $0.boundAddresses.append(endpoint[1]) },
            steps: [.bind(member: third, addresses: theThird), .bind(member: first, addresses: own + endpoint)]),
    ]

    @Test(arguments: cases)
    func plans(_ example: PlanCase) { example.check(Endpoints.plan(example.situation.group, example.situation.observed, Rules())) }

    @Test func everyEndpointHasARouteForEachFamily() {
        let names = Self.routed.observed.routes.keys.sorted()
        #expect(names == ["g-ro-second-u1", "g-ro-u1", "g-rw-second-u1", "g-rw-u1"])
        let reader = Self.routed.observed.routes["g-ro-second-u1"]?.desired
        #expect(reader?.listen.address == Self.v6(102).description)
        #expect(reader?.targets == [Self.routed.listen(second), Self.routed.listen(third)], "by the addresses that nodes are known by")
    }

    /// A failover moves both halves of the endpoint in one step.
    @Test func aFailoverMovesBoth() {
        let down = Self.healthy.with(first, .exited(detail: "killed"))
        let plan = GroupPlanner.plan(down.group, down.observed, Rules())
        #expect(plan.steps.contains(.bind(member: second, addresses: Self.successor + Self.endpoint)), "\(plan.steps)")
    }
}
