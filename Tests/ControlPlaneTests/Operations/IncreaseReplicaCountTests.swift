import CacheModel
import Testing

@testable import ControlPlane

@Suite struct IncreaseReplicaCountTests {
    private static let action = "IncreaseReplicaCount"
    private static let now = "ReplicationGroupId=g&ApplyImmediately=true"
    private static let shard = "ReplicaConfiguration.ConfigureShard"

    private static func zones(_ number: Int, _ letters: String) -> String {
        letters.enumerated().map { "&\(shard).\(number).PreferredAvailabilityZones.PreferredAvailabilityZone.\($0 + 1)=us-east-1\($1)" }
            .joined()
    }

    private static func configure(_ number: Int, _ id: String, _ count: Int, _ letters: String = "") -> String {
        "&\(shard).\(number).NodeGroupId=\(id)&\(shard).\(number).NewReplicaCount=\(count)" + zones(number, letters)
    }

    private func member(_ id: String, _ fixture: Fixture) throws -> Member { try #require(fixture.group("g")?.member(id)) }

    @Test func replicasJoin() async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", "NumCacheClusters=2&Tags.Tag.1.Key=a&Port=7000")
        fixture.clock.advance(60)
        let reply = try await fixture.call(Self.action, "\(Self.now)&NewReplicaCount=3")
        #expect(reply.all("ClusterId") == ["g-001", "g-002", "g-003", "g-004"], "\(reply.text)")
        // They show as nodes once they are there.
        #expect(reply.all("CacheClusterId") == ["g-001", "g-002"] && Set(reply.all("Status")) == ["modifying"])
        let group = try #require(fixture.group("g"))
        #expect(group.status == .modifying && group.members.map(\.change) == [nil, nil, .joining, .joining])
        #expect(group.members.map(\.zone) == ["us-east-1a", "us-east-1b", "us-east-1c", "us-east-1d"])
        #expect(Set(group.members.map(\.address)).count == 4 && Set(group.members.map(\.process)).count == 4)
        for new in group.members.suffix(2) {
            #expect(new.createTime == fixture.clock.now && new.tags == group.tags && new.clusterNodeID == nil)
            #expect(new.process.hasPrefix("\(new.id)-") && new.process != "\(new.id)-\(group.uid)")
            #expect(fixture.world.read { $0.addresses[new.address]?.value } == new.process)
            #expect(fixture.world.read { $0.clusterIDs[Fixture.home]?[new.id] } != nil)
        }
        let cluster = try await fixture.call("DescribeCacheClusters", "CacheClusterId=g-003&ShowCacheNodeInfo=true")
        #expect(cluster.first("CacheClusterStatus") == "creating" && !cluster.has("CacheNodes"))
        #expect(cluster.first("CacheClusterCreateTime") == "2026-11-23T03:01:00.000Z")
        let old = try await fixture.call("DescribeCacheClusters", "CacheClusterId=g-001&ShowCacheNodeInfo=true")
        #expect(old.first("CacheClusterStatus") == "modifying" && old.has("CacheNodes"))
        try await fixture.expectRefusal(Self.action, "\(Self.now)&NewReplicaCount=4", "InvalidReplicationGroupState", "available state")
    }

    /// Each shard is brought to the number; those that have it stay as they are.
    @Test func everyShard() async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", "NumNodeGroups=3&ReplicasPerNodeGroup=1")
        try await fixture.call(Self.action, Self.now + Self.configure(1, "2", 2)).expectSuccess()
        #expect(fixture.group("g")?.nodeGroups.map(\.members.count) == [2, 3, 2])
        try await fixture.change("g") { group in
            group.status = .available
            for n in group.nodeGroups.indices {
                for m in group.nodeGroups[n].members.indices { group.nodeGroups[n].members[m].change = nil }
            }
        }
        let reply = try await fixture.call(Self.action, "\(Self.now)&NewReplicaCount=2")
        let group = try #require(fixture.group("g"))
        #expect(group.nodeGroups.map { $0.members.map(\.change) } == [[nil, nil, .joining], [nil, nil, nil], [nil, nil, .joining]])
        #expect(reply.all("Status").sorted() == ["available", "modifying", "modifying", "modifying"], "\(reply.text)")
        #expect(Set(group.members.compactMap(\.clusterNodeID)).count == 9 && group.members.allSatisfy { $0.clusterNodeID?.count == 40 })
        for nodeGroup in group.nodeGroups { #expect(Set(nodeGroup.members.map(\.zone)).count == 3) }
    }

    @Test func freeNumbersAreUsedAgainAndTakenOnesAreNot() async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", "NumCacheClusters=4")
        let old = try member("g-002", fixture).process
        try await fixture.change("g") { $0.nodeGroups[0].members.removeAll { $0.id == "g-002" || $0.id == "g-003" } }
        try await fixture.world.transact { $0.releaseClusterID("g-002", in: Fixture.home) }
        // g-003 is another's.
        try await fixture.call(Self.action, "\(Self.now)&NewReplicaCount=3").expectSuccess()
        #expect(fixture.group("g")?.members.map(\.id) == ["g-001", "g-002", "g-004", "g-005"])
        #expect(try member("g-002", fixture).process != old)
    }

    /// Entries that the nodes there are cover are theirs, whoever is primary now.
    @Test(arguments: [
        ("abcd", 0, ["us-east-1c", "us-east-1d"]), ("abcd", 1, ["us-east-1c", "us-east-1d"]), ("bacc", 0, ["us-east-1c", "us-east-1c"]),
        ("dcba", 0, ["us-east-1d", "us-east-1c"]), ("cbdd", 0, ["us-east-1d", "us-east-1d"]), ("aaaa", 0, ["us-east-1a", "us-east-1a"]),
    ])
    func zonesAsAskedFor(letters: String, primary: Int, expected: [String]) async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", "NumCacheClusters=2")
        try await fixture.change("g") { $0.nodeGroups[0].primary = $0.members[primary].id }
        try await fixture.call(Self.action, Self.now + Self.configure(1, "0001", 3, letters)).expectSuccess()
        #expect(fixture.group("g")?.members.suffix(2).map(\.zone) == expected)
    }

    @Test(arguments: [
        ("", "InvalidParameterCombination", "NewReplicaCount"),
        ("&NewReplicaCount=2" + configure(1, "0001", 2), "InvalidParameterCombination", "ReplicaConfiguration"),
        ("&NewReplicaCount=2&ApplyImmediately=false", "InvalidParameterValue", "ApplyImmediately"),
        ("&NewReplicaCount=6", "InvalidParameterValue", "The number of replicas per node group must be within 0 and 5."),
        ("&NewReplicaCount=-1", "InvalidParameterValue", "NewReplicaCount"),
        ("&NewReplicaCount=1", "NoOperationFault", "Requested new replica count already matches current number of replicas."),
        ("&NewReplicaCount=0", "InvalidParameterValue", "DecreaseReplicaCount"),
        (configure(1, "0001", 1), "NoOperationFault", "already matches"),
        (configure(1, "0003", 2), "InvalidParameterValue", "The following node group ids are invalid: [0003]"),
        (configure(1, "x", 2), "InvalidParameterValue", "[x]"),
        (configure(1, "0001", 2) + configure(2, "1", 3), "InvalidParameterValue", "ConfigureShard.2.NodeGroupId repeats"),
        (configure(1, "0001", 2) + configure(2, "0002", 0), "InvalidParameterValue", "ConfigureShard.2"),
        (configure(1, "0001", 2, "ab"), "InvalidParameterValue", "PreferredAvailabilityZones"),
        (configure(1, "0001", 2, "abz"), "InvalidParameterValue", "us-east-1z is not a valid availability zone."),
        (
            configure(1, "0001", 2) + "&\(shard).1.PreferredOutpostArns.PreferredOutpostArn.1=x", "InvalidParameterValue",
            "PreferredOutpostArns"
        ),
    ])
    func refused(form: String, code: String, text: String) async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", "NumNodeGroups=2&ReplicasPerNodeGroup=1")
        try await fixture.expectRefusal(Self.action, Self.now + form, code, text)
    }

    @Test func refusedByState() async throws {
        let fixture = try await Fixture()
        try await fixture.expectRefusal(Self.action, "\(Self.now)&NewReplicaCount=1", "ReplicationGroupNotFoundFault", "g")
        try await fixture.available("g", "NumCacheClusters=2")
        try await fixture.change("g") { $0.nodeGroups[0].testFailover = CacheModel.TestFailover(primary: "g-001", incarnation: 1) }
        try await fixture.expectRefusal(Self.action, "\(Self.now)&NewReplicaCount=2", "InvalidReplicationGroupState", "g-001")
    }

    @Test func aClusterHasRoomForSoManyNodes() async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", "NumNodeGroups=18&ReplicasPerNodeGroup=3")
        try await fixture.expectRefusal(Self.action, "\(Self.now)&NewReplicaCount=5", "NodeQuotaForClusterExceeded", "108")
        try await fixture.call(Self.action, "\(Self.now)&NewReplicaCount=4").expectSuccess()
    }

    @Test func aNetworkWithoutRoom() async throws {
        let fixture = try await Fixture(network: "127.64.0.0/22")
        try await fixture.available("g", "NumCacheClusters=1")
        // Five each of a zone of a few addresses.
        for id in ["h", "i", "j"] {
            let zones = (1...6).map { "&PreferredCacheClusterAZs.AvailabilityZone.\($0)=us-east-1b" }.joined()
            let reply = try await fixture.create(id, "NumCacheClusters=6" + zones)
            if reply.status != 200 { break }
        }
        let full = Self.configure(1, "0001", 5, "abbbbb")
        try await fixture.expectRefusal(Self.action, Self.now + full, "InsufficientCacheClusterCapacity", "us-east-1b")
    }
}
