import CacheModel
import Planning
import Testing

@testable import ControlPlane

@Suite struct CreateCacheClusterTests {
    @Test func aLoneCluster() async throws {
        let fixture = try await Fixture()
        let reply = try await fixture.createCluster("My-Cache", "Port=7000&PreferredAvailabilityZone=us-east-1c&Tags.Tag.1.Key=a")
        #expect(reply.first("CacheClusterId") == "my-cache" && reply.first("CacheClusterStatus") == "creating", "\(reply.text)")
        #expect(reply.first("PreferredAvailabilityZone") == "us-east-1c" && !reply.has("ReplicationGroupId") && !reply.has("CacheNodes"))
        #expect(reply.first("CacheParameterGroupName") == "default.redis7")
        let cluster = try #require(fixture.cluster("my-cache"))
        #expect(cluster.members.map(\.id) == ["my-cache"] && cluster.members[0].tags == [Tag(key: "a", value: "")] && cluster.port == 7000)
        // One node, and no endpoint that moves.
        #expect(cluster.nodeGroups[0].primaryAddress == nil && cluster.nodeGroups[0].readerAddress == nil)
        #expect(fixture.world.read { Array($0.addresses.keys) } == [cluster.members[0].address])

        try await fixture.perform(
            [.start(member: "my-cache", follows: nil, data: .init()), .becomeAvailable], on: "my-cache", kind: .cacheCluster)
        let shown = try await fixture.call("DescribeCacheClusters", "CacheClusterId=My-Cache&ShowCacheNodeInfo=true")
        #expect(shown.first("CacheClusterStatus") == "available" && shown.first("Address") == "\(cluster.members[0].address)")
        #expect(shown.first("CacheNodeId") == "0001" && shown.first("Port") == "7000")
        #expect(
            fixture.events(of: "my-cache").prefix(2) == ["Cache cluster created", "Added cache node 0001 in availability zone us-east-1c"])
        #expect(try await fixture.call("DescribeReplicationGroups").all("ReplicationGroupId").isEmpty)
    }

    @Test func whatIsLeftOut() async throws {
        let fixture = try await Fixture()
        try await fixture.call("CreateCacheCluster", "CacheClusterId=c&CacheNodeType=cache.t3.micro").expectSuccess()
        let cluster = try #require(fixture.cluster("c"))
        #expect(cluster.engine == .redis && cluster.port == 6379 && cluster.autoMinorVersionUpgrade && cluster.snapshotRetentionLimit == 0)
        #expect(cluster.engineVersion == EngineVersionCatalog.defaultName(.redis) && cluster.members[0].zone == "us-east-1a")
    }

    @Test(arguments: [
        ("CacheClusterId=", "InvalidParameterValue", "CacheClusterId"),
        (
            "CacheClusterId=" + String(repeating: "x", count: 51), "InvalidParameterValue",
            "is not a valid identifier because it is longer than 50 characters."
        ),
        ("CacheClusterId=a--b", "InvalidParameterValue", "CacheClusterId is not a valid identifier. Identifiers must begin with a letter"),
        ("NumCacheNodes=2", "InvalidParameterValue", "NumCacheNodes must be 1"),
        ("NumCacheNodes=0", "InvalidParameterValue", "NumCacheNodes must be 1"),
        ("CacheNodeType=", "InvalidParameterValue", "The parameter CacheNodeType must be provided and must not be null."),
        ("CacheNodeType=cache.x", "InvalidParameterValue", "Invalid Cache Node Type: cache.x"),
        ("Engine=mysql", "InvalidParameterValue", "Allowed values are memcached, redis and valkey."),
        ("EngineVersion=7.4", "InvalidParameterCombination", "Cannot find version 7.4 for redis"),
        (
            "CacheParameterGroupName=default.redis7.cluster.on", "InvalidParameterCombination",
            "Cluster mode should be disabled in parameter group, but found it is enabled."
        ),
        ("CacheParameterGroupName=none", "CacheParameterGroupNotFound", "none"),
        ("CacheParameterGroupName=default.redis6.x", "InvalidParameterCombination", "Expected a parameter group of family redis7"),
        ("TransitEncryptionEnabled=true", "InvalidParameterCombination", "Encryption feature is not supported for engine REDIS."),
        ("AuthToken=0123456789abcdef0", "InvalidParameterCombination", "AuthToken"),
        ("AZMode=cross-az", "InvalidParameterCombination", "AZMode"),
        ("PreferredAvailabilityZone=us-east-1z", "InvalidParameterValue", "us-east-1z is not a valid availability zone."),
        ("PreferredAvailabilityZones.PreferredAvailabilityZone.1=us-west-2a", "InvalidParameterValue", "PreferredAvailabilityZones"),
        (
            "PreferredAvailabilityZones.PreferredAvailabilityZone.1=us-east-1a&PreferredAvailabilityZones.PreferredAvailabilityZone.2="
                + "us-east-1b", "InvalidParameterValue", "PreferredAvailabilityZones has 2 for 1"
        ),
        (
            "PreferredAvailabilityZone=us-east-1b&PreferredAvailabilityZones.PreferredAvailabilityZone.1=us-east-1a",
            "InvalidParameterCombination", "different zones"
        ),
        ("Port=0", "InvalidParameterValue", "Port"),
        ("SnapshotRetentionLimit=36", "InvalidParameterValue", "SnapshotRetentionLimit"),
        ("SnapshotWindow=05:00-05:30", "InvalidParameterValue", "Snapshot window must be at least 60 minutes."),
        ("SnapshotWindow=05:00-06:00&PreferredMaintenanceWindow=sun:05:30-sun:06:30", "InvalidParameterValue", "must not overlap"),
        ("Tags.Tag.1.Key=aws:x", "InvalidParameterValue", "aws:"),
        ("SnapshotName=s", "InvalidParameterValue", "SnapshotName"),
        ("SnapshotArns.SnapshotArn.1=arn:aws:s3:::b/k.rdb", "InvalidParameterValue", "SnapshotArns"),
        ("CacheSecurityGroupNames.CacheSecurityGroupName.1=x", "InvalidParameterValue", "CacheSecurityGroupNames"),
        ("OutpostMode=single-outpost", "InvalidParameterCombination", "OutpostMode"),
        ("NetworkType=ipv6", "InvalidSubnet", "NetworkType"),
    ])
    func refused(form: String, code: String, text: String) async throws {
        let fixture = try await Fixture()
        let base = "CacheClusterId=c&Engine=redis&EngineVersion=7.0&NumCacheNodes=1&CacheNodeType=cache.t3.micro&"
        try await fixture.expectRefusal("CreateCacheCluster", base + form, code, text)
    }

    @Test func itsIdIsTakenOnce() async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", "NumCacheClusters=2")
        try await fixture.createCluster("c").expectSuccess()
        for id in ["c", "C", "g-002"] {
            try await fixture.expectRefusal(
                "CreateCacheCluster", "CacheClusterId=\(id)&CacheNodeType=cache.t3.micro", "CacheClusterAlreadyExists", id.lowercased())
        }
        // And a group finds that a member's name is taken.
        try await fixture.createCluster("h-001").expectSuccess()
        #expect(try await fixture.create("h").code == "CacheClusterAlreadyExists")
        #expect(try await fixture.create("c").status == 200)
    }

    @Test func oneThatFailedCanBeClearedAway() async throws {
        let fixture = try await Fixture()
        try await fixture.createCluster("c").expectSuccess()
        try await fixture.expectRefusal("DeleteCacheCluster", "CacheClusterId=c", "InvalidCacheClusterState", "creating")
        try await fixture.perform([.fail(reason: "why")], on: "c", kind: .cacheCluster)
        #expect(fixture.events(of: "c") == ["Cache cluster c could not be created: why"])
        let shown = try await fixture.call("DescribeCacheClusters", "CacheClusterId=c")
        #expect(shown.first("CacheClusterStatus") == "incompatible-network")
        let reply = try await fixture.call("DeleteCacheCluster", "CacheClusterId=c")
        #expect(reply.first("CacheClusterStatus") == "deleting", "\(reply.text)")
    }

    @Test func taggedOnceItIsThere() async throws {
        let fixture = try await Fixture()
        try await fixture.createCluster("c").expectSuccess()
        let name = "ResourceName=" + "arn:aws:elasticache:us-east-1:000000000000:cluster:c".escaped
        try await fixture.expectRefusal(
            "AddTagsToResource", "\(name)&Tags.Tag.1.Key=a", "InvalidReplicationGroupState",
            "Cluster not in available state to perform tagging operations.")
        try await fixture.changeCluster("c") { $0.status = .available }
        try await fixture.call("AddTagsToResource", "\(name)&Tags.Tag.1.Key=a").expectSuccess()
        #expect(fixture.cluster("c")?.tags == [Tag(key: "a", value: "")] && fixture.cluster("c")?.members[0].tags.count == 1)
    }

    // MARK: Replicas under ids of the caller's own

    @Test func aReplicaOfAGroup() async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", "NumCacheClusters=2&Tags.Tag.1.Key=a&Tags.Tag.2.Key=b")
        let reply = try await fixture.call(
            "CreateCacheCluster",
            "CacheClusterId=Aside&ReplicationGroupId=G&PreferredAvailabilityZone=us-east-1f&Tags.Tag.1.Key=b&Tags.Tag.1.Value=2")
        #expect(reply.first("CacheClusterStatus") == "creating" && reply.first("ReplicationGroupId") == "g", "\(reply.text)")
        #expect(reply.first("CacheClusterId") == "aside" && reply.first("PreferredAvailabilityZone") == "us-east-1f")
        let group = try #require(fixture.group("g"))
        #expect(group.status == .modifying && group.members.map(\.id) == ["aside", "g-001", "g-002"])
        let member = try #require(group.member("aside"))
        #expect(member.change == .joining && member.tags == [Tag(key: "a", value: ""), Tag(key: "b", value: "2")])
        #expect(group.nodeGroups[0].primary == "g-001" && member.process.hasPrefix("aside-"))
        let shown = try await fixture.call("DescribeReplicationGroups", "ReplicationGroupId=g")
        #expect(shown.all("ClusterId") == ["aside", "g-001", "g-002"] && shown.all("CacheClusterId") == ["g-001", "g-002"])
        try await fixture.expectRefusal(
            "CreateCacheCluster", "CacheClusterId=x&ReplicationGroupId=g", "InvalidReplicationGroupState", "available state")
    }

    @Test(arguments: [
        "CacheNodeType=cache.t3.micro", "Engine=redis", "EngineVersion=7.0", "NumCacheNodes=1", "Port=6379", "CacheParameterGroupName=x",
        "CacheSubnetGroupName=default", "SnapshotRetentionLimit=1", "AutoMinorVersionUpgrade=true", "AuthToken=x",
        "SecurityGroupIds.SecurityGroupId.1=sg-1", "TransitEncryptionEnabled=true", "PreferredMaintenanceWindow=sun:05:00-sun:06:00",
    ])
    func aReplicaHasAllElseFromItsGroup(parameter: String) async throws {
        let fixture = try await Fixture()
        try await fixture.available("g")
        try await fixture.expectRefusal(
            "CreateCacheCluster", "CacheClusterId=c&ReplicationGroupId=g&\(parameter)", "InvalidParameterCombination",
            "Cannot specify additional cache cluster parameters when creating a replica cluster")
    }

    @Test(arguments: [
        ("NumCacheClusters=6", "c", "g", "NodeQuotaForClusterExceeded", "within 0 and 5"),
        ("NumNodeGroups=2", "c", "g", "InvalidParameterCombination", "cluster mode enabled"),
        ("NumCacheClusters=1", "c", "h", "ReplicationGroupNotFoundFault", "h"),
        ("NumCacheClusters=2", "g-002", "g", "CacheClusterAlreadyExists", "g-002"),
        ("NumCacheClusters=2", "-", "g", "InvalidParameterValue", "CacheClusterId"),
    ])
    func refusedReplicas(group: String, id: String, of name: String, code: String, text: String) async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", group)
        try await fixture.expectRefusal("CreateCacheCluster", "CacheClusterId=\(id)&ReplicationGroupId=\(name)", code, text)
    }

    /// The lists that clients send empty are no parameters.
    @Test func whatIsEmptyIsNotGiven() async throws {
        let fixture = try await Fixture()
        try await fixture.available("g")
        try await fixture.call(
            "CreateCacheCluster",
            "CacheClusterId=c&ReplicationGroupId=g&Engine=&CacheNodeType=&PreferredAvailabilityZone=&SnapshotArns=&SecurityGroupIds="
        ).expectSuccess()
    }
}
