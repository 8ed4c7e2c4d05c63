import CacheModel
import Planning
import Testing

@testable import ControlPlane

@Suite struct RebootCacheClusterTests {
    private static let action = "RebootCacheCluster"

    private static func form(_ cluster: String, _ nodes: String...) -> String {
        "CacheClusterId=\(cluster)" + nodes.enumerated().map { "&CacheNodeIdsToReboot.CacheNodeId.\($0 + 1)=\($1)" }.joined()
    }

    @Test(arguments: ["g-001", "G-002"])
    func isRecordedForTheProcessThatRuns(cluster: String) async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", "NumCacheClusters=2&AutomaticFailoverEnabled=true")
        try await fixture.run("g", incarnation: 4)
        let reply = try await fixture.call(Self.action, Self.form(cluster, "0001"))
        let status = "rebooting cache cluster nodes"
        #expect(reply.first("CacheClusterId") == cluster.lowercased() && reply.first("CacheClusterStatus") == status, "\(reply.text)")
        let group = try #require(fixture.group("g"))
        #expect(
            group.member(cluster.lowercased())?.change == .rebooting(incarnation: 4, since: Fixture.start) && group.status == .available)
        let clusters = try await fixture.call("DescribeCacheClusters", "ShowCacheNodeInfo=true")
        #expect(clusters.all("CacheClusterStatus").sorted() == ["available", status])
        #expect(clusters.all("CacheNodeStatus").sorted() == ["available", "rebooting"])
        #expect(Set(try await fixture.call("DescribeReplicationGroups").all("Status")) == ["available"])
        try await fixture.expectRefusal(Self.action, Self.form(cluster, "0001"), "InvalidCacheClusterState", status)
    }

    /// Two requests of one moment: each finds its mark in the end.
    @Test func twoAtOnce() async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", "NumCacheClusters=6")
        try await fixture.run("g")
        let ids = try #require(fixture.group("g")).members.map(\.id)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for id in ids { tasks.addTask { try await fixture.call(Self.action, Self.form(id, "0001")).expectSuccess() } }
            try await tasks.waitForAll()
        }
        #expect(fixture.group("g")?.members.allSatisfy(\.isRebooting) == true)
    }

    @Test func aLoneCluster() async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", "NumCacheClusters=1")
        try await fixture.run("g")
        try await fixture.change("g") { $0.retainsPrimary = true }
        try await fixture.perform([.becomeCacheCluster], on: "g")
        try await fixture.call(Self.action, Self.form("g-001", "0001")).expectSuccess()
        let alone = fixture.world.read { $0.groups[fixture.key("g-001", kind: .cacheCluster)]?.value }
        #expect(alone?.members.first?.change == .rebooting(incarnation: 1, since: Fixture.start))
    }

    @Test(arguments: [
        ("NumCacheClusters=2", form("g-003", "0001"), "CacheClusterNotFound", "g-003"),
        ("NumCacheClusters=2", form("g-001"), "InvalidParameterValue", "CacheNodeIdsToReboot"),
        ("NumCacheClusters=2", form("g-001", "0002"), "InvalidParameterValue", "0002"),
        ("NumCacheClusters=2", form("g-001", "0001", "0002"), "InvalidParameterValue", "CacheNodeIdsToReboot"),
        ("NumNodeGroups=2", form("g-0001-001", "0001"), "InvalidParameterCombination", "cluster mode enabled"),
    ])
    func refused(shape: String, form: String, code: String, text: String) async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", shape)
        try await fixture.run("g")
        try await fixture.expectRefusal(Self.action, form, code, text)
    }

    @Test(arguments: [GroupStatus.creating, .modifying, .deleting, .createFailed])
    func onlyWhatIsAvailableIsRebooted(status: GroupStatus) async throws {
        let fixture = try await Fixture()
        try await fixture.available("g")
        try await fixture.run("g")
        try await fixture.set("g", status)
        try await fixture.expectRefusal(Self.action, Self.form("g-001", "0001"), "InvalidCacheClusterState", "not valid for rebooting")
    }

    @Test func notDuringATest() async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", "NumCacheClusters=2")
        try await fixture.run("g")
        try await fixture.change("g") { $0.nodeGroups[0].testFailover = CacheModel.TestFailover(primary: "g-001", incarnation: 1) }
        try await fixture.expectRefusal(Self.action, Self.form("g-002", "0001"), "InvalidCacheClusterState", "TestFailover")
    }
}
