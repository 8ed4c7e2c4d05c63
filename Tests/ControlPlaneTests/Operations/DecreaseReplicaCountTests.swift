import CacheModel
import Testing

@testable import ControlPlane

@Suite struct DecreaseReplicaCountTests {
    private static let action = "DecreaseReplicaCount"
    private static let now = "ReplicationGroupId=g&ApplyImmediately=true"
    private static let shard = "ReplicaConfiguration.ConfigureShard"

    private static func configure(_ number: Int, _ id: String, _ count: Int, _ letters: String = "") -> String {
        "&\(shard).\(number).NodeGroupId=\(id)&\(shard).\(number).NewReplicaCount=\(count)"
            + letters.enumerated().map {
                "&\(shard).\(number).PreferredAvailabilityZones.PreferredAvailabilityZone.\($0 + 1)=us-east-1\($1)"
            }.joined()
    }

    private static func remove(_ names: String...) -> String {
        names.enumerated().map { "&ReplicasToRemove.member.\($0 + 1)=\($1)" }.joined()
    }

    private static func zoned(_ letters: String) -> String {
        "NumCacheClusters=\(letters.count)"
            + letters.enumerated().map { "&PreferredCacheClusterAZs.AvailabilityZone.\($0 + 1)=us-east-1\($1)" }.joined()
    }

    private func leaving(_ fixture: Fixture) -> [String] {
        (fixture.group("g")?.members ?? []).filter { $0.change == .leaving }.map(\.id)
    }

    @Test func replicasLeave() async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", "NumCacheClusters=3&SnapshotRetentionLimit=1")
        try await fixture.change("g") { $0.snapshottingCluster = "g-003" }
        let reply = try await fixture.call(Self.action, "\(Self.now)&NewReplicaCount=1")
        #expect(reply.all("ClusterId") == ["g-001", "g-002"] && reply.all("CacheClusterId") == ["g-001", "g-002"], "\(reply.text)")
        #expect(Set(reply.all("Status")) == ["modifying"] && reply.first("SnapshottingClusterId") == "g-002")
        #expect(leaving(fixture) == ["g-003"] && fixture.group("g")?.status == .modifying)
        let cluster = try await fixture.call("DescribeCacheClusters", "CacheClusterId=g-003&ShowCacheNodeInfo=true")
        #expect(cluster.first("CacheClusterStatus") == "deleting" && !cluster.has("CacheNodes"))
        try await fixture.expectRefusal(Self.action, "\(Self.now)&NewReplicaCount=0", "InvalidReplicationGroupState", "available state")
    }

    /// The fullest zone gives first, then the highest number.
    @Test(arguments: [
        ("abc", "g-001", 1, ["g-003"]), ("aab", "g-001", 1, ["g-002"]), ("abb", "g-001", 1, ["g-003"]),
        ("abab", "g-001", 1, ["g-003", "g-004"]),
        ("abc", "g-003", 1, ["g-002"]), ("abcabc", "g-001", 2, ["g-004", "g-005", "g-006"]), ("aaa", "g-002", 0, ["g-001", "g-003"]),
    ])
    func whichGo(zones: String, primary: String, count: Int, expected: [String]) async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", Self.zoned(zones))
        try await fixture.change("g") { $0.nodeGroups[0].primary = primary }
        try await fixture.call(Self.action, "\(Self.now)&NewReplicaCount=\(count)").expectSuccess()
        #expect(leaving(fixture) == expected)
    }

    /// A replica that works is worth more than a number, and zones are worth more than that.
    @Test(arguments: [("abc", ["g-002"]), ("abb", ["g-002"]), ("aba", ["g-003"])])
    func aReplicaInTroubleGoesFirst(zones: String, expected: [String]) async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", Self.zoned(zones))
        try await fixture.change("g") { group in
            group.nodeGroups[0].members[1].trouble = Trouble(kind: .hung, reason: "silent", since: Fixture.start)
        }
        try await fixture.call(Self.action, "\(Self.now)&NewReplicaCount=1").expectSuccess()
        #expect(leaving(fixture) == expected)
    }

    @Test func zonesAsAskedFor() async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", Self.zoned("abcd"))
        try await fixture.expectRefusal(
            Self.action, Self.now + Self.configure(1, "0001", 2, "aab"), "InvalidParameterValue", "more nodes in us-east-1a")
        try await fixture.call(Self.action, Self.now + Self.configure(1, "0001", 1, "ad")).expectSuccess()
        #expect(leaving(fixture) == ["g-002", "g-003"])
    }

    @Test(arguments: [["g-002"], ["G-003"], ["0002", "3"], ["003"]])
    func byName(names: [String]) async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", "NumCacheClusters=3")
        let form = names.enumerated().map { "&ReplicasToRemove.ReplicaToRemove.\($0 + 1)=\($1)" }.joined()
        try await fixture.call(Self.action, Self.now + form).expectSuccess()
        #expect(leaving(fixture) == names.map { "g-00\($0.last ?? "?")" })
    }

    @Test func ofSomeShards() async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", "NumNodeGroups=2&ReplicasPerNodeGroup=2")
        try await fixture.expectRefusal(Self.action, Self.now + Self.remove("002"), "InvalidParameterValue", "002")
        try await fixture.call(Self.action, Self.now + Self.configure(1, "0002", 0)).expectSuccess()
        #expect(leaving(fixture) == ["g-0002-002", "g-0002-003"])
    }

    @Test(arguments: [
        ("", "InvalidParameterCombination", "ReplicasToRemove"),
        ("&NewReplicaCount=1" + remove("g-002"), "InvalidParameterCombination", "NewReplicaCount and ReplicasToRemove"),
        ("&NewReplicaCount=1&ApplyImmediately=false", "InvalidParameterValue", "ApplyImmediately"),
        ("&NewReplicaCount=6", "InvalidParameterValue", "within 0 and 5"),
        ("&NewReplicaCount=-1", "InvalidParameterValue", "within 0 and 5"),
        ("&NewReplicaCount=2", "NoOperationFault", "already matches"),
        ("&NewReplicaCount=3", "InvalidParameterValue", "IncreaseReplicaCount"),
        (configure(1, "0002", 1), "InvalidParameterValue", "[0002]"),
        (remove("g-004"), "InvalidParameterValue", "g-004"),
        (remove("g-001"), "InvalidParameterValue", "primary"),
        (remove("1"), "InvalidParameterValue", "primary"),
        (remove("g-002", "2"), "InvalidParameterValue", "ReplicasToRemove.member.2 repeats"),
        (remove("g-002", "g-003"), "InvalidParameterValue", "Must have at least 1 replica when cluster mode is disabled"),
        ("&NewReplicaCount=0", "InvalidParameterValue", "Must have at least 1 replica when cluster mode is disabled"),
    ])
    func refused(form: String, code: String, text: String) async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", "NumCacheClusters=3&AutomaticFailoverEnabled=true")
        try await fixture.expectRefusal(Self.action, Self.now + form, code, text)
    }

    @Test func multiAZKeepsItsZones() async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", Self.zoned("aab") + "&AutomaticFailoverEnabled=true&MultiAZEnabled=true")
        try await fixture.expectRefusal(
            Self.action, Self.now + Self.remove("g-003"), "InvalidParameterCombination", "two Availability Zones")
        try await fixture.call(Self.action, Self.now + Self.remove("g-002")).expectSuccess()
    }

    @Test func multiAZKeepsAReplicaPerShard() async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", "NumNodeGroups=2&ReplicasPerNodeGroup=1&MultiAZEnabled=true")
        try await fixture.expectRefusal(
            Self.action, "\(Self.now)&NewReplicaCount=0", "InvalidParameterValue",
            "Must have at least 1 replica for Multi-AZ enabled Replication Group")
    }

    /// Without failover, and with cluster mode, the last replica may go.
    @Test(arguments: ["NumCacheClusters=2", "NumNodeGroups=2&ReplicasPerNodeGroup=1"])
    func theLastReplica(shape: String) async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", shape)
        try await fixture.call(Self.action, "\(Self.now)&NewReplicaCount=0").expectSuccess()
        #expect(fixture.group("g")?.nodeGroups.allSatisfy { $0.remaining.map(\.id) == [$0.primary] } == true)
    }

    @Test func refusedByState() async throws {
        let fixture = try await Fixture()
        try await fixture.expectRefusal(Self.action, "\(Self.now)&NewReplicaCount=1", "ReplicationGroupNotFoundFault", "g")
        try await fixture.available("g", "NumCacheClusters=3")
        try await fixture.change("g") { $0.nodeGroups[0].members[0].change = .rebooting(incarnation: 1) }
        try await fixture.expectRefusal(Self.action, "\(Self.now)&NewReplicaCount=1", "InvalidCacheClusterState", "g-001")
        try await fixture.change("g") { group in
            group.nodeGroups[0].members[0].change = nil
            group.nodeGroups[0].testFailover = CacheModel.TestFailover(primary: "g-001", incarnation: 1)
        }
        try await fixture.expectRefusal(Self.action, "\(Self.now)&NewReplicaCount=1", "InvalidReplicationGroupState", "0001")
    }

    /// A primary that is to be, and goes before: nobody becomes it.
    @Test func aPendingPrimaryThatLeaves() async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", "NumCacheClusters=3")
        try await fixture.change("g") { $0.pending = PendingChanges(primaryClusterID: "g-003") }
        let reply = try await fixture.call(Self.action, Self.now + Self.remove("g-003"))
        #expect(reply.status == 200 && !reply.has("PrimaryClusterId") && fixture.group("g")?.pending == nil)
        #expect(fixture.events(of: "g").last?.contains("g-003 is no member any more") == true)
    }
}
