import CacheModel
import Foundation
import Planning
import Testing

@testable import ControlPlane

/// `CacheNodeType` of ModifyCacheCluster.
@Suite struct MemcachedNodeTypeTests {
    private func modify(_ fixture: Fixture, _ form: String) async throws -> Reply {
        try await fixture.call("ModifyCacheCluster", "CacheClusterId=m&\(form)")
    }

    private func start(_ node: String) -> Step { .start(member: node, follows: nil, data: StartData()) }

    private func arguments(_ fixture: Fixture, _ node: Int) throws -> String {
        let process = try #require(fixture.memcached()?.nodes[node].process)
        return try #require(fixture.world.read { $0.processes[process] }).value.arguments.joined(separator: " ")
    }

    @Test func atOnceEveryNodeIsStartedAgainWithItsMemory() async throws {
        let fixture = try await Fixture()
        try await fixture.availableMemcached("m", "NumCacheNodes=2")
        let before = try arguments(fixture, 0)
        let reply = try await modify(fixture, "CacheNodeType=cache.m5.large&ApplyImmediately=true")
        #expect(reply.first("CacheClusterStatus") == "modifying" && reply.first("CacheNodeType") == "cache.t3.micro")
        #expect(reply.first("PendingModifiedValues") == "<CacheNodeType>cache.m5.large</CacheNodeType>")
        let mark = Member.Change.rebooting(incarnation: 1, since: Fixture.start)
        #expect(fixture.memcached()?.nodes.map(\.change) == [mark, mark])
        try await fixture.performMemcached([start("0001"), .rebooted(member: "0001"), start("0002"), .rebooted(member: "0002")])
        #expect(try arguments(fixture, 0) != before)
        // 6537 MiB, of which connections may take 100.
        #expect(try arguments(fixture, 1).contains("-m 6437"))
        try await fixture.performMemcached([.becomeAvailable])
        let done = try await fixture.call("DescribeCacheClusters", "CacheClusterId=m")
        #expect(done.first("CacheNodeType") == "cache.m5.large" && done.first("PendingModifiedValues")?.isEmpty != false)
        #expect(fixture.events(of: "m").last == "Succeeded applying modification to cache node type to cache.m5.large.")
    }

    @Test func inTheWindowWithAVersionAndTakenBack() async throws {
        let fixture = try await Fixture()
        try await fixture.availableMemcached("m", "EngineVersion=1.6.6&PreferredMaintenanceWindow=mon:03:30-mon:04:30")
        _ = try await modify(fixture, "CacheNodeType=cache.m5.large")
        let both = try await modify(fixture, "EngineVersion=1.6.12")
        #expect(
            both.first("PendingModifiedValues")
                == "<EngineVersion>1.6.12</EngineVersion><CacheNodeType>cache.m5.large</CacheNodeType>", "\(both.text)")
        #expect(fixture.memcached()?.nodeTypes == ["cache.t3.micro", "cache.m5.large"])
        let one = try await modify(fixture, "CacheNodeType=cache.t3.micro")
        #expect(one.first("PendingModifiedValues") == "<EngineVersion>1.6.12</EngineVersion>")
        _ = try await modify(fixture, "CacheNodeType=cache.m5.large&EngineVersion=1.6.6")
        fixture.clock.advance(30 * 60)
        await MemcachedMaintenance(world: fixture.world, tools: fixture.tools).applyDue()
        let cluster = try #require(fixture.memcached())
        #expect(cluster.status == .modifying && cluster.nodeType == "cache.m5.large" && cluster.engineVersion == "1.6.6")
        #expect(cluster.former?.nodeType == "cache.t3.micro")
    }

    /// A parameter group that is chosen while a type is pending stays chosen.
    @Test func aParameterGroupStaysBesideATypeThatIsPending() async throws {
        let fixture = try await Fixture()
        try await fixture.parameterGroup("mine", "memcached1.6")
        try await fixture.availableMemcached()
        _ = try await modify(fixture, "CacheNodeType=cache.m5.large")
        _ = try await modify(fixture, "CacheParameterGroupName=mine")
        _ = try await modify(fixture, "AutoMinorVersionUpgrade=false&ApplyImmediately=true")
        #expect(fixture.memcached()?.parameterGroup == "mine" && fixture.memcached()?.nodeType == "cache.m5.large")
    }

    @Test func oneThatCannotBeHadIsGoneBackFrom() async throws {
        let fixture = try await Fixture()
        try await fixture.availableMemcached("m", "NumCacheNodes=3")
        _ = try await modify(fixture, "CacheNodeType=cache.m5.large&ApplyImmediately=true")
        // The build is the same: nodes are told apart by whether they were started since.
        try await fixture.performMemcached([
            start("0001"), .rebooted(member: "0001"), .stop(member: "0002", reason: .reboot), start("0002"),
        ])
        fixture.clock.advance(600)
        try await fixture.performMemcached([.giveUp(.settings, reason: "it took too long: 0002 does not answer")])
        let cluster = try #require(fixture.memcached())
        #expect(cluster.nodeType == "cache.t3.micro" && cluster.former == nil && cluster.status == .modifying)
        let again = Member.Change.rebooting(incarnation: 2, since: fixture.clock.now)
        #expect(cluster.nodes.map(\.change) == [again, again, nil])
        #expect(
            fixture.events(of: "m").last
                == "Failed applying modification to cache node type to cache.m5.large: it took too long: 0002 does not answer"
        )
    }

    @Test(arguments: [
        ("CacheNodeType=cache.x9.large", "InvalidParameterValue", "Invalid Cache Node Type: cache.x9.large"),
        (
            "CacheNodeType=cache.r6gd.xlarge", "InvalidParameterCombination",
            "The parameter CacheNodeType cache.r6gd.xlarge is not available with memcached EngineVersion 1.5.10"
        ),
        ("CacheNodeType=cache.m6g.large", "InvalidParameterCombination", "is not available with memcached EngineVersion 1.5.10"),
    ])
    func refusals(_ form: String, _ code: String, _ text: String) async throws {
        let fixture = try await Fixture()
        try await fixture.availableMemcached("m", "EngineVersion=1.5.10")
        try await fixture.expectRefusal("ModifyCacheCluster", "CacheClusterId=m&ApplyImmediately=true&\(form)", code, text)
        // With a version that runs on it, it is one.
        if form.contains("m6g") { try await modify(fixture, "\(form)&EngineVersion=1.5.16").expectSuccess() }
    }

    /// As much as a cache.t3.small and a cache.t3.micro may take, and no more.
    @Test func memoryIsPromisedFromTheRequestOn() async throws {
        let micro = try #require(NodeTypeCatalog.real["cache.t3.micro"]).maxmemory
        let small = try #require(NodeTypeCatalog.real["cache.t3.small"]).maxmemory
        let fixture = try await Fixture(memory: MemoryBudget(machine: small + micro, overcommit: 1))
        try await fixture.availableMemcached()
        try await fixture.expectRefusal(
            "ModifyCacheCluster", "CacheClusterId=m&CacheNodeType=cache.m5.large", "InsufficientCacheClusterCapacity",
            "The requested CacheNodeType cache.m5.large is not available: 1 such nodes may take")
        try await modify(fixture, "CacheNodeType=cache.t3.small").expectSuccess()
        // That it waits for the window makes no difference.
        try await fixture.availableMemcached("n")
        #expect(try await fixture.createMemcached("o").code == "InsufficientCacheClusterCapacity")
        try await modify(fixture, "CacheNodeType=cache.t3.micro").expectSuccess()
        try await fixture.createMemcached("o").expectSuccess()
    }
}
