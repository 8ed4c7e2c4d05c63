import CacheModel
import Engine
import Testing

@testable import ControlPlane

/// What group a request makes (specification 2.6).
@Suite struct ShapeTests {
    struct Shape: Sendable, CustomTestStringConvertible {
        let form: String
        let members: [String]
        let isCluster: Bool
        var failover = false
        var multiAZ = false
        var parameterGroup = "default.redis7"
        var slots: [String] = []

        var testDescription: String { form.isEmpty ? "(nothing)" : form }
    }

    private static func disabled(
        _ form: String, _ nodes: Int, failover: Bool = false, multiAZ: Bool = false, _ parameterGroup: String = "default.redis7"
    ) -> Shape {
        Shape(
            form: form, members: (1...nodes).map { "g-00\($0)" }, isCluster: false, failover: failover, multiAZ: multiAZ,
            parameterGroup: parameterGroup)
    }

    private static func enabled(
        _ form: String, _ members: [String], slots: [String] = ["0-16383"], multiAZ: Bool = false,
        _ parameterGroup: String = "default.redis7.cluster.on"
    ) -> Shape {
        Shape(
            form: form, members: members.map { "g-\($0)" }, isCluster: true, failover: true, multiAZ: multiAZ,
            parameterGroup: parameterGroup, slots: slots)
    }

    static let shapes = [
        disabled("", 1),
        disabled("NumCacheClusters=1", 1),
        disabled("NumCacheClusters=6", 6),
        disabled("NumCacheClusters=3&AutomaticFailoverEnabled=true", 3, failover: true),
        disabled("NumCacheClusters=3&AutomaticFailoverEnabled=true&MultiAZEnabled=true", 3, failover: true, multiAZ: true),
        disabled("NumCacheClusters=2&AutomaticFailoverEnabled=True", 2, failover: true),
        disabled("NumNodeGroups=1", 1),
        disabled("NumNodeGroups=1&ReplicasPerNodeGroup=2", 3),
        disabled("ReplicasPerNodeGroup=5", 6),
        disabled("NumNodeGroups=1&NumCacheClusters=2", 2),
        disabled("ClusterMode=disabled&NumNodeGroups=1", 1),
        disabled("CacheParameterGroupName=default.redis7&NumNodeGroups=1&ReplicasPerNodeGroup=1", 2),
        disabled("CacheParameterGroupName=Default.Redis7", 1),
        disabled(Refusal.shards("ReplicaCount=2"), 3),
        disabled(Refusal.shards("NodeGroupId=1&ReplicaCount=1"), 2),
        disabled(Refusal.shards("NodeGroupId=0001") + "&ClusterMode=disabled", 1),
        disabled(Refusal.shards("ReplicaAvailabilityZones.AvailabilityZone.1=us-east-1b"), 2),
        disabled("EngineVersion=6.x", 1, "default.redis6.x"),
        disabled("EngineVersion=5.0.6", 1, "default.redis5.0"),
        disabled("Engine=valkey", 1, "default.valkey8"),
        disabled("Engine=VALKEY&EngineVersion=7.2", 1, "default.valkey7"),
        disabled("Engine=&EngineVersion=&CacheParameterGroupName=&CacheSubnetGroupName=&Port=", 1),
        disabled("CacheSubnetGroupName=default&TransitEncryptionEnabled=false&AtRestEncryptionEnabled=false&NetworkType=ipv4", 1),
        enabled("NumNodeGroups=2", ["0001-001", "0002-001"], slots: ["0-8191", "8192-16383"]),
        enabled(
            "NumNodeGroups=3&ReplicasPerNodeGroup=1&MultiAZEnabled=true",
            ["0001-001", "0001-002", "0002-001", "0002-002", "0003-001", "0003-002"], slots: ["0-5461", "5462-10922", "10923-16383"],
            multiAZ: true),
        enabled("NumNodeGroups=2&AutomaticFailoverEnabled=true", ["0001-001", "0002-001"], slots: ["0-8191", "8192-16383"]),
        enabled("CacheParameterGroupName=default.redis7.cluster.on&NumNodeGroups=1", ["0001-001"]),
        enabled("CacheParameterGroupName=default.redis7.cluster.on", ["0001-001"]),
        enabled("CacheParameterGroupName=default.redis7.cluster.on&NumCacheClusters=2", ["0001-001", "0001-002"]),
        enabled("ClusterMode=enabled", ["0001-001"]),
        enabled("ClusterMode=enabled&ReplicasPerNodeGroup=1", ["0001-001", "0001-002"]),
        enabled(
            Refusal.shards("ReplicaCount=0", "ReplicaCount=1"), ["0001-001", "0002-001", "0002-002"], slots: ["0-8191", "8192-16383"]),
        enabled(
            Refusal.shards("Slots=16383,0-99", "Slots=100-16382"), ["0001-001", "0002-001"], slots: ["0-99,16383", "100-16382"]),
        enabled(
            Refusal.shards("NodeGroupId=7", "ReplicaCount=0", "NodeGroupId=1"), ["0001-001", "0002-001", "0007-001"],
            slots: ["0-5461", "5462-10922", "10923-16383"]),
        enabled(
            Refusal.shards("NodeGroupId=9999&Slots=0-99&ReplicaCount=1", "NodeGroupId=10&Slots=100-16383"),
            ["0010-001", "9999-001", "9999-002"], slots: ["100-16383", "0-99"]),
        enabled(Refusal.shards("NodeGroupId=42&ReplicaCount=1") + "&ClusterMode=enabled", ["0042-001", "0042-002"]),
        enabled(
            "Engine=valkey&NumNodeGroups=2", ["0001-001", "0002-001"], slots: ["0-8191", "8192-16383"], "default.valkey8.cluster.on"),
        enabled(
            "EngineVersion=3.2.10&NumNodeGroups=2&Port=55535", ["0001-001", "0002-001"], slots: ["0-8191", "8192-16383"],
            "default.redis3.2.cluster.on"),
    ]

    @Test(arguments: shapes)
    func makes(_ shape: Shape) async throws {
        let fixture = try await Fixture()
        let reply = try await fixture.create("g", shape.form)
        try #require(reply.status == 200, "\(reply.text)")
        let group = try #require(fixture.group("g"))
        #expect(group.members.map(\.id) == shape.members)
        #expect(reply.all("ClusterId") == shape.members)
        #expect(group.clusterEnabled == shape.isCluster && group.automaticFailover == shape.failover && group.multiAZ == shape.multiAZ)
        #expect(group.parameterGroup == shape.parameterGroup)
        #expect(group.nodeGroups.map { Slots.text($0.slots) }.filter { !$0.isEmpty } == shape.slots)
        #expect(reply.first("ClusterEnabled") == "\(shape.isCluster)")
        #expect(reply.first("ClusterMode") == (shape.isCluster ? "enabled" : "disabled"))
        #expect(reply.first("AutomaticFailover") == (!shape.failover ? "disabled" : shape.isCluster ? "enabled" : "enabling"))
        #expect(reply.first("MultiAZ") == (shape.multiAZ ? "enabled" : "disabled"))
        expectSound(group, fixture)
    }

    /// Every node and endpoint has an address of its own, on record; the first of each shard is its primary; names are unique.
    private func expectSound(_ group: ReplicationGroup, _ fixture: Fixture) {
        let endpoints = group.nodeGroups.flatMap { [$0.primaryAddress, $0.readerAddress] } + [group.configurationAddress]
        let addresses = group.members.map(\.address) + endpoints.compactMap(\.self)
        #expect(endpoints.compactMap(\.self).count == (group.clusterEnabled ? 1 : 2))
        #expect(Set(addresses).count == addresses.count)
        #expect(Set(fixture.world.read { Array($0.addresses.keys) }) == Set(addresses))
        #expect(group.nodeGroups.allSatisfy { $0.primary == $0.members.first?.id })
        #expect(Set(group.members.map(\.process)).count == group.members.count)
        #expect(group.members.allSatisfy { ($0.clusterNodeID?.count == 40) == group.clusterEnabled })
        #expect(group.credentials.administration.count == 64 && group.credentials.administration != group.credentials.replication)
        #expect(!group.maintenanceWindow.overlaps(group.snapshotWindow))
        #expect(fixture.world.read { $0.processes.isEmpty }, "processes are the reconciler's matter")
    }

    // MARK: Zones

    private static let spread = ["us-east-1a", "us-east-1b", "us-east-1c", "us-east-1d", "us-east-1e", "us-east-1f"]

    @Test(arguments: [
        ("NumCacheClusters=6", [spread]),
        ("NumNodeGroups=2&ReplicasPerNodeGroup=1", [["us-east-1a", "us-east-1b"], ["us-east-1b", "us-east-1c"]]),
        (Refusal.zones("us-east-1c", "us-east-1a", "us-east-1c") + "&NumCacheClusters=3", [["us-east-1c", "us-east-1a", "us-east-1c"]]),
        (Refusal.zones("us-east-1c", "us-east-1a") + "&NumNodeGroups=1&ReplicasPerNodeGroup=1", [["us-east-1c", "us-east-1a"]]),
        (Refusal.shards("PrimaryAvailabilityZone=us-east-1f&ReplicaCount=2"), [["us-east-1f", "us-east-1a", "us-east-1b"]]),
        (
            Refusal.shards(
                "PrimaryAvailabilityZone=us-east-1d&ReplicaAvailabilityZones.AvailabilityZone.1=us-east-1d",
                "ReplicaAvailabilityZones.AvailabilityZone.1=us-east-1e&ReplicaAvailabilityZones.AvailabilityZone.2=us-east-1a"),
            [["us-east-1d", "us-east-1d"], ["us-east-1b", "us-east-1e", "us-east-1a"]]
        ),
    ])
    func placesNodes(form: String, zones: [[String]]) async throws {
        let fixture = try await Fixture()
        let reply = try await fixture.create("g", form)
        try #require(reply.status == 200, "\(reply.text)")
        let group = try #require(fixture.group("g"))
        #expect(group.nodeGroups.map { $0.members.map(\.zone) } == zones)
        // Each zone's nodes are in the zone's subnet.
        let index = try #require(fixture.world.read { $0.regions.value["us-east-1"] })
        let region = try #require(Region("us-east-1"))
        for member in group.members {
            let subnet = AddressPlan.usual.subnet(regionIndex: index, zoneIndex: try #require(region.zoneIndex(member.zone)))
            #expect(subnet?.contains(member.address) == true)
        }
    }

    @Test func aRegionWithHolesSpreadsOverWhatItHas() async throws {
        let fixture = try await Fixture()
        try await fixture.create("g", "NumCacheClusters=4", region: "ap-northeast-1")
        let zones = fixture.group("g", region: "ap-northeast-1")?.members.map(\.zone)
        #expect(zones == ["ap-northeast-1a", "ap-northeast-1c", "ap-northeast-1d", "ap-northeast-1a"])
    }

    // MARK: The rest

    @Test func keepsWhatItWasTold() async throws {
        let fixture = try await Fixture()
        let reply = try await fixture.create(
            "My-Group",
            "ReplicationGroupDescription=A+caf%C3%A9&Port=7000&SnapshotRetentionLimit=5&SnapshotWindow=05%3A00-09%3A00"
                + "&PreferredMaintenanceWindow=Sun%3A23%3A00-Mon%3A01%3A30&AutoMinorVersionUpgrade=false&NumCacheClusters=2"
                + "&Tags.Tag.1.Key=env&Tags.Tag.1.Value=test&Tags.Tag.2.Key=empty")
        let group = try #require(fixture.group("my-group"))
        #expect(group.description == "A café" && group.port == 7000 && group.snapshotRetentionLimit == 5)
        #expect(group.snapshotWindow.description == "05:00-09:00" && group.maintenanceWindow.description == "sun:23:00-mon:01:30")
        #expect(!group.autoMinorVersionUpgrade && group.createTime == Fixture.start)
        #expect(group.tags == [Tag(key: "env", value: "test"), Tag(key: "empty", value: "")])
        #expect(group.members.allSatisfy { $0.tags == group.tags })
        #expect(reply.first("ReplicationGroupId") == "my-group" && reply.first("SnapshottingClusterId") == "my-group-002")
        #expect(reply.first("SnapshotWindow") == "05:00-09:00" && reply.first("AutoMinorVersionUpgrade") == "false")
    }

    @Test(arguments: ["", "+", "+++"])
    func aBlankDescriptionIsASpace(description: String) async throws {
        let fixture = try await Fixture()
        let reply = try await fixture.create("g", "ReplicationGroupDescription=\(description)")
        #expect(reply.status == 200 && reply.first("Description") == " ")
    }

    @Test func windowsOfItsOwnNeverOverlap() async throws {
        let fixture = try await Fixture()
        for number in 0..<30 {
            let given =
                number % 3 == 0
                ? "" : number % 3 == 1 ? "SnapshotWindow=03%3A00-10%3A30" : "PreferredMaintenanceWindow=sun%3A03%3A00-mon%3A02%3A00"
            try await fixture.create("g\(number)", given)
            let group = try #require(fixture.group("g\(number)"))
            #expect(!group.maintenanceWindow.overlaps(group.snapshotWindow))
        }
    }

    @Test(arguments: [
        ("7.1", "redis", "7.0.15", true), ("2.8.24", "redis", "6.2.14", false), ("6.2", "redis", "6.2.14", false),
        ("7.0", "redis", "7.0.15", true),
    ])
    func remembersItsBuild(version: String, engine: String, build: String, movesAddresses: Bool) async throws {
        let fixture = try await Fixture(builds: [
            .sample(.redis, "6.2.14", bindsWhileRunning: false), .sample(.redis, "7.0.15"), .sample(.valkey, "9.0.1"),
        ])
        try await fixture.create("g", "CacheNodeType=cache.m3.medium&EngineVersion=\(version)")
        let group = try #require(fixture.group("g"))
        #expect(group.engineVersion == version)
        #expect(group.build.engine.rawValue == engine && group.build.version == build && group.build.movesAddresses == movesAddresses)
    }

    @Test func anOldRedisMayBeServedByValkey() async throws {
        let fixture = try await Fixture(builds: [.sample(.valkey, "9.0.1")])
        let reply = try await fixture.create("g", "EngineVersion=7.0")
        #expect(reply.first("Engine") == "redis")
        #expect(fixture.group("g")?.build.engine == .valkey)
    }
}
