import CacheModel
import Planning
import Testing

@testable import ControlPlane

/// `ParameterApplyStatus`, by what each node was started with and told since.
@Suite struct ParameterStandingTests {
    private static func fixture() async throws -> Fixture {
        let fixture = try await Fixture()
        try await fixture.parameterGroup("p", "redis4.0")
        try await fixture.available("g", "EngineVersion=4.0.10&CacheParameterGroupName=p")
        try await fixture.run(as: "p")
        return fixture
    }

    private func cluster(_ fixture: Fixture) async throws -> Reply {
        try await fixture.call("DescribeCacheClusters", "CacheClusterId=g-001&ShowCacheNodeInfo=true")
    }

    private func expect(
        _ fixture: Fixture, _ status: String, reboot: Bool = false, _ location: SourceLocation = #_sourceLocation
    ) async throws {
        let reply = try await cluster(fixture)
        #expect(reply.first("ParameterApplyStatus") == status, sourceLocation: location)
        #expect(reply.first("ParameterGroupStatus") == status, sourceLocation: location)
        #expect(reply.text.contains("<CacheNodeIdsToReboot><CacheNodeId>0001</CacheNodeId>") == reboot, sourceLocation: location)
        let listed = try await fixture.call("DescribeCacheClusters")
        #expect(listed.first("ParameterApplyStatus") == status, sourceLocation: location)
    }

    @Test func aNodeThatWasNeverStarted() async throws {
        let fixture = try await Fixture()
        try await fixture.create("g")
        #expect(try await cluster(fixture).first("ParameterApplyStatus") == "in-sync")
    }

    @Test func whatIsSetWhileItRuns() async throws {
        let fixture = try await Self.fixture()
        try await expect(fixture, "in-sync")
        try await fixture.call("ModifyCacheParameterGroup", Fixture.form("p", [("timeout", "20")])).expectSuccess()
        try await expect(fixture, "applying")
        try await fixture.run(as: "p", immediate: true)
        try await expect(fixture, "in-sync")
    }

    @Test func whatCountsFromItsStart() async throws {
        let fixture = try await Self.fixture()
        let values = [("activerehashing", "no"), ("timeout", "20")]
        try await fixture.call("ModifyCacheParameterGroup", Fixture.form("p", values)).expectSuccess()
        try await expect(fixture, "applying", reboot: true)
        try await fixture.run(as: "p", immediate: true)
        try await expect(fixture, "pending-reboot", reboot: true)
        try await fixture.run(as: "p")
        try await expect(fixture, "in-sync")
    }

    @Test func itIsTakenBackBeforeAReboot() async throws {
        let fixture = try await Self.fixture()
        try await fixture.call("ModifyCacheParameterGroup", Fixture.form("p", [("activerehashing", "no")])).expectSuccess()
        try await expect(fixture, "pending-reboot", reboot: true)
        try await fixture.call("ResetCacheParameterGroup", Fixture.form("p", [("activerehashing", "")])).expectSuccess()
        try await expect(fixture, "in-sync")
    }
}

extension Fixture {
    /// Records that the members of `g` run with what a parameter group says now: all of it, or what is set while they run.
    fileprivate func run(as name: String, immediate: Bool = false) async throws {
        let user = try #require(group("g"))
        let standing = world.read { $0.parameterStanding(of: user, .real) }
        let wanted = try #require(standing.wanted)
        try await change("g") { group in
            for m in group.nodeGroups[0].members.indices {
                let old = group.nodeGroups[0].members[m].parameters
                group.nodeGroups[0].members[m].parameters = RunningParameters(
                    immediate: wanted.immediate, atStart: immediate ? old?.atStart ?? wanted.atStart : wanted.atStart)
            }
        }
    }
}
