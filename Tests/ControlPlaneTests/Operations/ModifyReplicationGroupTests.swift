import CacheModel
import Testing

@testable import ControlPlane

@Suite struct ModifyReplicationGroupTests {
    private static let action = "ModifyReplicationGroup"
    private static let windows = "SnapshotWindow=05:00-06:00&PreferredMaintenanceWindow=sun:07:00-sun:08:00"

    @Test func settingsHoldAtOnce() async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", "NumCacheClusters=2&\(Self.windows)")
        let reply = try await fixture.call(
            Self.action,
            "ReplicationGroupId=G&ReplicationGroupDescription=new&SnapshotWindow=15:00-17:00&PreferredMaintenanceWindow=wed:10:00-wed:14:00"
                + "&SnapshotRetentionLimit=3&SnapshottingClusterId=G-001&AutoMinorVersionUpgrade=false")
        #expect(reply.first("Status") == "available" && reply.first("Description") == "new", "\(reply.text)")
        #expect(reply.first("SnapshotWindow") == "15:00-17:00" && reply.first("SnapshotRetentionLimit") == "3")
        #expect(reply.first("SnapshottingClusterId") == "g-001" && reply.first("AutoMinorVersionUpgrade") == "false")
        #expect(fixture.group("g")?.maintenanceWindow.description == "wed:10:00-wed:14:00")
        #expect(fixture.events(of: "g").isEmpty)
    }

    /// As one cluster: what turns snapshots on needs both, what changes or ends them does not.
    @Test func retention() async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", "NumCacheClusters=2")
        let both = "Must specify both SnapshotRetentionLimit and SnapshottingClusterId to turn on snapshots"
        let id = "ReplicationGroupId=g"
        try await fixture.expectRefusal(Self.action, "\(id)&SnapshotRetentionLimit=2", "InvalidParameterCombination", both)
        try await fixture.expectRefusal(Self.action, "\(id)&SnapshottingClusterId=g-001", "InvalidParameterCombination", both)
        let none = "Specified snapshotting cluster does not exist"
        try await fixture.expectRefusal(
            Self.action, "\(id)&SnapshotRetentionLimit=2&SnapshottingClusterId=h-001", "CacheClusterNotFound", none)
        try await fixture.call(Self.action, "\(id)&SnapshotRetentionLimit=2&SnapshottingClusterId=g-001").expectSuccess()
        try await fixture.call(Self.action, "\(id)&SnapshotRetentionLimit=35").expectSuccess()
        #expect(fixture.group("g")?.snapshotRetentionLimit == 35 && fixture.group("g")?.snapshottingMember == "g-001")
        try await fixture.call(Self.action, "\(id)&SnapshottingClusterId=g-002").expectSuccess()
        #expect(fixture.group("g")?.snapshottingMember == "g-002")
        let off = try await fixture.call(Self.action, "\(id)&SnapshotRetentionLimit=0")
        #expect(off.first("SnapshotRetentionLimit") == "0" && !off.has("SnapshottingClusterId"))
        #expect(fixture.group("g")?.snapshottingCluster == nil)
    }

    @Test func retentionWithClusterModeNeedsNoCluster() async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", "NumNodeGroups=2&ReplicasPerNodeGroup=1")
        let reply = try await fixture.call(Self.action, "ReplicationGroupId=g&SnapshotRetentionLimit=2")
        #expect(reply.first("SnapshotRetentionLimit") == "2" && reply.first("Status") == "available")
    }

    @Test func failoverOnAndOff() async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", "NumCacheClusters=2")
        let id = "ReplicationGroupId=g"
        let on = try await fixture.call(Self.action, "\(id)&AutomaticFailoverEnabled=true&MultiAZEnabled=true")
        #expect(on.first("AutomaticFailover") == "enabling" && on.first("MultiAZ") == "enabled")
        #expect(on.first("AutomaticFailoverStatus") == "enabled")
        // Settings do not change node groups.
        #expect(on.all("Status") == ["modifying", "available"] || on.all("Status") == ["available", "modifying"], "\(on.text)")
        let before = "Automatic failover has been turned on for replication group g"
        #expect(fixture.events(of: "g") == [before] && fixture.group("g")?.status == .modifying)
        try await fixture.set("g", .available)
        // What it is already changes nothing.
        let same = try await fixture.call(Self.action, "\(id)&AutomaticFailoverEnabled=true&MultiAZEnabled=true")
        #expect(same.first("AutomaticFailover") == "enabled" && !same.has("AutomaticFailoverStatus"))
        #expect(same.first("Status") == "available" && fixture.events(of: "g") == [before])
        try await fixture.expectRefusal(
            Self.action, "\(id)&AutomaticFailoverEnabled=false", "InvalidParameterCombination", "turn both off in one request")
        let zones = try await fixture.call(Self.action, "\(id)&MultiAZEnabled=false")
        #expect(zones.first("MultiAZ") == "disabled" && fixture.group("g")?.status == .available)
        let off = try await fixture.call(Self.action, "\(id)&AutomaticFailoverEnabled=false")
        #expect(off.first("AutomaticFailover") == "disabling" && off.first("AutomaticFailoverStatus") == "disabled")
        #expect(fixture.group("g")?.status == .modifying && fixture.group("g")?.modifyingSince == Fixture.start)
        #expect(fixture.events(of: "g").last == "Automatic failover has been turned off for replication group g")
    }

    @Test func anotherPrimaryAtOnce() async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", "NumCacheClusters=3")
        let reply = try await fixture.call(Self.action, "ReplicationGroupId=g&PrimaryClusterId=G-002&ApplyImmediately=true")
        #expect(reply.first("PrimaryClusterId") == "g-002" && reply.all("CurrentRole") == ["primary", "replica", "replica"])
        let group = try #require(fixture.group("g"))
        #expect(group.nodeGroups[0].successor == "g-002" && group.nodeGroups[0].primary == "g-001")
        #expect(group.status == .modifying && group.pending == nil)
    }

    /// One request may name a primary and turn failover on.
    @Test func anotherPrimaryWithFailoverTurnedOn() async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", "NumCacheClusters=2")
        let form = "ReplicationGroupId=g&PrimaryClusterId=g-002&AutomaticFailoverEnabled=true&MultiAZEnabled=true&ApplyImmediately=true"
        try await fixture.call(Self.action, form).expectSuccess()
        let group = try #require(fixture.group("g"))
        #expect(group.nodeGroups[0].successor == "g-002" && group.automaticFailover && group.multiAZ)
    }

    @Test func anotherPrimaryWithFailoverTurnedOff() async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", "NumCacheClusters=2&AutomaticFailoverEnabled=true")
        try await fixture.expectRefusal(
            Self.action, "ReplicationGroupId=g&PrimaryClusterId=g-002&AutomaticFailoverEnabled=true&ApplyImmediately=true",
            "InvalidParameterCombination", "PrimaryClusterId")
        let form = "ReplicationGroupId=g&PrimaryClusterId=g-002&AutomaticFailoverEnabled=false&ApplyImmediately=true"
        try await fixture.call(Self.action, form).expectSuccess()
        #expect(fixture.group("g")?.nodeGroups[0].successor == "g-002")
    }

    @Test func anotherPrimaryInTheWindow() async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", "NumCacheClusters=3")
        let reply = try await fixture.call(Self.action, "ReplicationGroupId=g&PrimaryClusterId=g-002")
        #expect(reply.first("PrimaryClusterId") == "g-002" && reply.first("Status") == "available")
        #expect(fixture.group("g")?.pending == PendingChanges(primaryClusterID: "g-002"))
        #expect(fixture.group("g")?.nodeGroups[0].successor == nil)
        let described = try await fixture.call("DescribeReplicationGroups", "ReplicationGroupId=g")
        #expect(described.first("PrimaryClusterId") == "g-002")
        // The present primary named again takes it back.
        try await fixture.call(Self.action, "ReplicationGroupId=g&PrimaryClusterId=g-001").expectSuccess()
        #expect(fixture.group("g")?.pending == nil && fixture.group("g")?.status == .available)
    }

    @Test func whatIsPendingIsDoneWithTheNextThatIsNotToWait() async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", "NumCacheClusters=3")
        try await fixture.call(Self.action, "ReplicationGroupId=g&PrimaryClusterId=g-003").expectSuccess()
        try await fixture.call(Self.action, "ReplicationGroupId=g&ReplicationGroupDescription=x").expectSuccess()
        #expect(fixture.group("g")?.pending != nil)
        try await fixture.call(Self.action, "ReplicationGroupId=g&ReplicationGroupDescription=y&ApplyImmediately=true").expectSuccess()
        let group = try #require(fixture.group("g"))
        #expect(group.nodeGroups[0].successor == "g-003" && group.pending == nil && group.status == .modifying)
    }

    @Test func thePresentPrimaryIsAccepted() async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", "NumCacheClusters=2&AutomaticFailoverEnabled=true")
        let reply = try await fixture.call(Self.action, "ReplicationGroupId=g&PrimaryClusterId=g-001&ApplyImmediately=true")
        #expect(reply.first("Status") == "available" && fixture.group("g")?.nodeGroups[0].successor == nil)
    }

    @Test(arguments: [GroupStatus.creating, .modifying, .deleting, .createFailed])
    func onlyWhatIsAvailableIsModified(status: GroupStatus) async throws {
        let fixture = try await Fixture()
        try await fixture.available("g")
        try await fixture.set("g", status)
        try await fixture.expectRefusal(
            Self.action, "ReplicationGroupId=g&ReplicationGroupDescription=x", "InvalidReplicationGroupState",
            "Replication group must be in available state to modify.")
    }

    @Test(arguments: [
        "CacheNodeType=cache.t3.micro", "Engine=Redis", "EngineVersion=7.0", "EngineVersion=7.0.7",
        "CacheParameterGroupName=default.redis7",
        "TransitEncryptionEnabled=false", "ClusterMode=disabled", "IpDiscovery=ipv4", "Durability=default", "RemoveUserGroups=false",
        "NotificationTopicStatus=inactive",
        "LogDeliveryConfigurations.LogDeliveryConfigurationRequest.1.LogType=slow-log"
            + "&LogDeliveryConfigurations.LogDeliveryConfigurationRequest.1.Enabled=false",
    ])
    func whatIsSoAlreadyIsAccepted(parameter: String) async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", "EngineVersion=7.0")
        let before = fixture.group("g")
        try await fixture.call(Self.action, "ReplicationGroupId=g&\(parameter)").expectSuccess()
        #expect(fixture.group("g") == before)
    }

    /// Terraform's and ACK's way: the security groups as they were described.
    @Test func theDescribedSecurityGroupIsAccepted() async throws {
        let fixture = try await Fixture()
        try await fixture.available("g")
        let id = try #require(try await fixture.call("DescribeCacheClusters").first("SecurityGroupId"))
        try await fixture.call(Self.action, "ReplicationGroupId=g&SecurityGroupIds.SecurityGroupId.1=\(id)").expectSuccess()
    }

    /// During a test the engines have their hands full, and each replica may be needed.
    @Test func aShardUnderTestKeepsItsFailoverAndPrimary() async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", "NumCacheClusters=2&AutomaticFailoverEnabled=true")
        try await fixture.change("g") { $0.nodeGroups[0].testFailover = CacheModel.TestFailover(primary: "g-001", incarnation: 1) }
        try await fixture.expectRefusal(
            Self.action, "ReplicationGroupId=g&AutomaticFailoverEnabled=false", "InvalidReplicationGroupState", "g-001")
        try await fixture.change("g") { $0.automaticFailover = false }
        try await fixture.expectRefusal(
            Self.action, "ReplicationGroupId=g&PrimaryClusterId=g-002&ApplyImmediately=true", "InvalidReplicationGroupState", "0001")
        try await fixture.change("g") { group in
            group.nodeGroups[0].testFailover = nil
            group.nodeGroups[0].members[0].change = .rebooting(incarnation: 1)
        }
        try await fixture.expectRefusal(
            Self.action, "ReplicationGroupId=g&PrimaryClusterId=g-002&ApplyImmediately=true", "InvalidCacheClusterState", "g-001")
    }
}
