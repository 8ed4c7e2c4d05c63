import CacheModel
import Testing

@testable import ControlPlane

/// Requests of one moment for one group: each is recorded or refused, and none takes back what another recorded.
@Suite struct ConcurrentChangesTests {
    private static func race(_ requests: [(String, String)], in fixture: Fixture) async throws -> [Reply] {
        try await withThrowingTaskGroup(of: (Int, Reply).self) { tasks in
            for (index, request) in requests.enumerated() {
                tasks.addTask { (index, try await fixture.call(request.0, "\(request.1)&ApplyImmediately=true")) }
            }
            return try await tasks.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    /// What a test needs, another request may not change, and the other way round.
    @Test(arguments: [
        ("IncreaseReplicaCount", "ReplicationGroupId=g&NewReplicaCount=3"),
        ("DecreaseReplicaCount", "ReplicationGroupId=g&NewReplicaCount=1"),
        ("DeleteCacheCluster", "CacheClusterId=g-003"), ("ModifyReplicationGroup", "ReplicationGroupId=g&AutomaticFailoverEnabled=false"),
        ("RebootCacheCluster", "CacheClusterId=g-001&CacheNodeIdsToReboot.CacheNodeId.1=0001"),
        ("DeleteReplicationGroup", "ReplicationGroupId=g"), ("TestFailover", "ReplicationGroupId=g&NodeGroupId=1"),
    ])
    func withATest(action: String, form: String) async throws {
        for _ in 0..<8 {
            let fixture = try await Fixture()
            try await fixture.available("g", "NumCacheClusters=3&AutomaticFailoverEnabled=true")
            try await fixture.run("g")
            let replies = try await Self.race([("TestFailover", "ReplicationGroupId=g&NodeGroupId=0001"), (action, form)], in: fixture)
            let group = try #require(fixture.group("g"))
            let isTested = group.nodeGroups[0].testFailover != nil
            if action == "DeleteReplicationGroup" {
                // A group that is tested may be deleted, and one that is being deleted is not tested.
                #expect(replies[1].status == 200 && group.status == .deleting && isTested == (replies[0].status == 200))
            } else {
                let texts = replies.map(\.text).joined()
                #expect(replies.count { $0.status == 200 } == 1, "\(texts)")
                #expect(isTested == (replies[0].status == 200 || action == "TestFailover"), "\(texts)")
                #expect(replies.allSatisfy { $0.status == 200 || $0.code?.hasSuffix("State") == true }, "\(texts)")
            }
        }
    }

    @Test func aRebootAndSettings() async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", "NumCacheClusters=2")
        try await fixture.run("g")
        let replies = try await Self.race(
            [
                ("RebootCacheCluster", "CacheClusterId=g-001&CacheNodeIdsToReboot.CacheNodeId.1=0001"),
                ("RebootCacheCluster", "CacheClusterId=g-002&CacheNodeIdsToReboot.CacheNodeId.1=0001"),
                ("ModifyReplicationGroup", "ReplicationGroupId=g&ReplicationGroupDescription=new"),
                (
                    "AddTagsToResource",
                    "ResourceName=" + "arn:aws:elasticache:us-east-1:000000000000:replicationgroup:g".escaped + "&Tags.Tag.1.Key=k"
                ),
            ], in: fixture)
        #expect(replies.allSatisfy { $0.status == 200 }, "\(replies.map(\.text))")
        let group = try #require(fixture.group("g"))
        #expect(group.members.allSatisfy { $0.isRebooting && $0.tags.count == 1 } && group.description == "new")
    }

    /// Two requests that want the same: one adds, and no name, address or process is given twice.
    @Test func twoIncreases() async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", "NumCacheClusters=2")
        try await fixture.available("h", "NumCacheClusters=2")
        let replies = try await Self.race(
            ["g", "g", "h", "h"].map { ("IncreaseReplicaCount", "ReplicationGroupId=\($0)&NewReplicaCount=5") }, in: fixture)
        #expect(replies.count { $0.status == 200 } == 2 && replies.count { $0.code == "InvalidReplicationGroupState" } == 2)
        let members = ["g", "h"].flatMap { fixture.group($0)?.members ?? [] }
        #expect(members.count == 12 && Set(members.map(\.address)).count == 12 && Set(members.map(\.process)).count == 12)
    }
}
