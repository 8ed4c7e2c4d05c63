import CacheModel
import Testing

@testable import ControlPlane

@Suite struct DescribeReplicationGroupsTests {
    @Test func aGroupWithoutClusterMode() async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", "NumCacheClusters=2&AutomaticFailoverEnabled=true&Port=7001")
        let group = try #require(fixture.group("g"))
        let reply = try await fixture.call("DescribeReplicationGroups", "ReplicationGroupId=G")
        #expect(reply.first("Status") == "available" && reply.first("AutomaticFailover") == "enabled")
        let shard = try #require(reply.first("NodeGroup"))
        #expect(shard.contains("<NodeGroupId>0001</NodeGroupId>") && !shard.contains("<Slots>"))
        let primary = try #require(group.nodeGroups[0].primaryAddress)
        let reader = try #require(group.nodeGroups[0].readerAddress)
        #expect(shard.contains("<PrimaryEndpoint><Address>\(primary)</Address><Port>7001</Port></PrimaryEndpoint>"))
        #expect(shard.contains("<ReaderEndpoint><Address>\(reader)</Address><Port>7001</Port></ReaderEndpoint>"))
        #expect(reply.all("CacheClusterId") == ["g-001", "g-002"] && reply.all("CurrentRole") == ["primary", "replica"])
        #expect(reply.all("PreferredAvailabilityZone") == ["us-east-1a", "us-east-1b"])
        #expect(reply.all("ReadEndpoint").count == 2 && !reply.has("ConfigurationEndpoint"))
    }

    @Test func aGroupWithClusterMode() async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", "NumNodeGroups=2&ReplicasPerNodeGroup=1")
        let reply = try await fixture.call("DescribeReplicationGroups", "ReplicationGroupId=g")
        let address = try #require(fixture.group("g")?.configurationAddress)
        #expect(reply.text.contains("<ConfigurationEndpoint><Address>\(address)</Address><Port>6379</Port></ConfigurationEndpoint>"))
        #expect(reply.all("NodeGroupId") == ["0001", "0002"] && reply.all("Slots") == ["0-8191", "8192-16383"])
        for element in ["PrimaryEndpoint", "ReaderEndpoint", "ReadEndpoint", "CurrentRole"] { #expect(!reply.has(element), "\(element)") }
    }

    /// The order of members stays, only their roles change.
    @Test func afterAFailover() async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", "NumCacheClusters=3")
        try await fixture.change("g") { $0.nodeGroups[0].primary = "g-003" }
        let reply = try await fixture.call("DescribeReplicationGroups", "ReplicationGroupId=g")
        #expect(reply.all("CacheClusterId") == ["g-001", "g-002", "g-003"])
        #expect(reply.all("CurrentRole") == ["replica", "replica", "primary"])
    }

    @Test(arguments: [
        (GroupStatus.creating, true, false), (.available, true, true), (.modifying, true, true), (.createFailed, true, false),
        (.deleting, false, false),
    ])
    func whatShowsDependsOnTheStatus(status: GroupStatus, members: Bool, nodeGroups: Bool) async throws {
        let fixture = try await Fixture()
        try await fixture.create()
        try await fixture.set("g", status)
        let reply = try await fixture.call("DescribeReplicationGroups")
        #expect(reply.first("Status") == status.rawValue)
        #expect(reply.has("MemberClusters") == members && reply.has("NodeGroups") == nodeGroups)
        #expect(reply.has("ClusterEnabled") == members && reply.has("CacheNodeType") == members)
    }

    @Test func endpointsByName() async throws {
        let fixture = try await Fixture(endpoints: .name)
        try await fixture.available("g")
        let reply = try await fixture.call("DescribeReplicationGroups", "ReplicationGroupId=g")
        let hash = EndpointNames.hash(account: "000000000000", region: "us-east-1")
        #expect(
            reply.all("Address") == [
                "g.\(hash).ng.0001.use1.cache.amazonaws.com", "g-ro.\(hash).ng.0001.use1.cache.amazonaws.com",
                "g-001.\(hash).0001.use1.cache.amazonaws.com",
            ])
    }

    @Test func whatIsNotThereIsAnErrorAndNotAnEmptyList() async throws {
        let fixture = try await Fixture()
        let reply = try await fixture.call("DescribeReplicationGroups", "ReplicationGroupId=Nope")
        #expect(reply.status == 404 && reply.code == "ReplicationGroupNotFoundFault" && reply.message == "ReplicationGroup not found: nope")
        let all = try await fixture.call("DescribeReplicationGroups")
        #expect(all.status == 200 && all.has("ReplicationGroups") && all.all("ReplicationGroup").isEmpty)
    }

    @Test func pagesInOrder() async throws {
        let fixture = try await Fixture()
        for number in (0..<45).shuffled() { try await fixture.create("g\(number)") }
        var seen: [[String]] = []
        var marker = ""
        repeat {
            let reply = try await fixture.call("DescribeReplicationGroups", "MaxRecords=20&Marker=\(marker.escaped)")
            seen.append(reply.all("ReplicationGroupId"))
            marker = reply.marker ?? ""
        } while !marker.isEmpty && seen.count < 9
        #expect(seen.map(\.count) == [20, 20, 5])
        #expect(seen.flatMap(\.self) == (0..<45).map { "g\($0)" }.sorted())
    }

    /// What goes between two pages is not seen, and nothing else is missed or seen twice.
    @Test func aPageGoesOnWhereItsPredecessorsLastItemWas() async throws {
        let fixture = try await Fixture()
        for number in 10..<40 { try await fixture.create("g\(number)") }
        let first = try await fixture.call("DescribeReplicationGroups", "MaxRecords=20")
        try await fixture.world.transact { draft in
            draft.removeGroup(fixture.key("g29"))
            draft.removeGroup(fixture.key("g30"))
        }
        try await fixture.create("g291")
        let second = try await fixture.call("DescribeReplicationGroups", "MaxRecords=20&Marker=\(try #require(first.marker).escaped)")
        #expect(second.all("ReplicationGroupId") == ["g291"] + (31..<40).map { "g\($0)" })
    }
}
