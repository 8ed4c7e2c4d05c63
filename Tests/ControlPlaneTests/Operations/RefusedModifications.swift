import Testing

@testable import ControlPlane

/// Requests of ModifyReplicationGroup that are refused, whole.
@Suite struct RefusedModifications {
    @Test(arguments: [
        ("", "InvalidParameterCombination", "No modifications were requested"),
        ("ApplyImmediately=true", "InvalidParameterCombination", "No modifications were requested"),
        ("NodeGroupId=0001", "InvalidParameterCombination", "No modifications were requested"),
        ("SnapshotWindow=07:30-08:30", "InvalidParameterValue", "must not overlap"),
        ("PreferredMaintenanceWindow=mon:05:30-mon:06:30", "InvalidParameterValue", "must not overlap"),
        ("SnapshotWindow=5", "InvalidParameterValue", "SnapshotWindow"),
        ("PreferredMaintenanceWindow=sun:07:00-sun:07:30", "InvalidParameterValue", "PreferredMaintenanceWindow"),
        ("SnapshotRetentionLimit=36&SnapshottingClusterId=g-001", "InvalidParameterValue", "SnapshotRetentionLimit"),
        ("SnapshotRetentionLimit=-1", "InvalidParameterValue", "SnapshotRetentionLimit"),
        ("ReplicationGroupDescription=" + String(repeating: "x", count: 256), "InvalidParameterValue", "ReplicationGroupDescription"),
        ("MultiAZEnabled=true", "InvalidParameterCombination", "AutomaticFailoverEnabled"),
        ("AutomaticFailoverEnabled=false&MultiAZEnabled=true", "InvalidParameterCombination", "MultiAZEnabled"),
        ("PrimaryClusterId=h-001", "CacheClusterNotFound", "h-001"),
        ("PrimaryClusterId=g-003&ApplyImmediately=true", "CacheClusterNotFound", "g-003"),
        ("CacheSecurityGroupNames.CacheSecurityGroupName.1=c", "InvalidParameterValue", "CacheSecurityGroupNames"),
        ("ClusterMode=compatible", "InvalidParameterValue", "ClusterMode"),
        ("Durability=sync", "InvalidParameterCombination", "Durability cannot currently be enabled on non-durable clusters"),
        ("Durability=always", "InvalidParameterValue", "default, async, sync, disabled"),
        ("IpDiscovery=ipv6", "InvalidParameterCombination", "IpDiscovery can not be ipv6 with NetworkType ipv4"),
        ("NotificationTopicArn=arn", "InvalidParameterValue", "NotificationTopicArn"),
        ("NotificationTopicStatus=active", "InvalidParameterCombination", "NotificationTopicArn"),
        ("NotificationTopicStatus=on", "InvalidParameterValue", "active and inactive"),
        // Nothing of a request holds if one part of it can't.
        ("ReplicationGroupDescription=x&EngineVersion=7.1", "InvalidParameterValue", "EngineVersion"),
        (
            "TransitEncryptionMode=preferred", "InvalidParameterCombination",
            "To modify transit encryption mode, set encryption-in-transit as enabled."
        ),
        ("AuthToken=0123456789abcdef", "InvalidParameterCombination", "AuthToken requires TransitEncryptionEnabled"),
        ("AuthToken=short", "InvalidParameterValue", "Invalid AuthToken provided."),
        ("AuthTokenUpdateStrategy=SET", "InvalidParameterCombination", "AuthTokenUpdateStrategy requires AuthToken"),
        (
            "AuthTokenUpdateStrategy=DELETE", "InvalidParameterValue",
            "Auth token update strategy delete is not supported currently"
        ),
        ("AutomaticFailoverEnabled=true&PrimaryClusterId=h-001", "CacheClusterNotFound", "h-001"),
    ])
    func ofAGroupWithoutClusterMode(form: String, code: String, text: String) async throws {
        let fixture = try await Fixture()
        try await fixture.available(
            "g", "EngineVersion=7.0&NumCacheClusters=2&SnapshotWindow=05:00-06:00&PreferredMaintenanceWindow=sun:07:00-sun:08:00")
        let parameters = form.isEmpty ? "ReplicationGroupId=g" : "ReplicationGroupId=g&\(form)"
        try await fixture.expectRefusal("ModifyReplicationGroup", parameters, code, text)
    }

    @Test(arguments: [
        "Engine=valkey", "EngineVersion=7.1",
        "TransitEncryptionEnabled=true&TransitEncryptionMode=preferred", "ClusterMode=enabled",
        "LogDeliveryConfigurations.LogDeliveryConfigurationRequest.1.LogType=slow-log",
    ])
    func whatIsNotServed(parameter: String) async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", "EngineVersion=7.0")
        let name = try #require(parameter.split(whereSeparator: { ".=".contains($0) }).first.map(String.init))
        try await fixture.expectRefusal(
            "ModifyReplicationGroup", "ReplicationGroupId=g&\(parameter)", "InvalidParameterValue",
            "The parameter \(name) is not supported yet")
    }

    @Test(arguments: [
        ("AutomaticFailoverEnabled=false", "Turning off automatic failover for replication group with cluster mode enabled"),
        ("PrimaryClusterId=g-0001-002&ApplyImmediately=true", "PrimaryClusterId"),
        ("SnapshottingClusterId=g-0001-001&SnapshotRetentionLimit=1", "Cannot set snapshotting cluster for cluster mode enabled"),
    ])
    func ofAGroupWithClusterMode(form: String, text: String) async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", "NumNodeGroups=2&ReplicasPerNodeGroup=1")
        try await fixture.expectRefusal("ModifyReplicationGroup", "ReplicationGroupId=g&\(form)", "InvalidParameterCombination", text)
    }

    @Test(arguments: [
        ("NumCacheClusters=1", "AutomaticFailoverEnabled=true", "must have at least one read replica"),
        // Even where it is on.
        ("NumNodeGroups=2&ReplicasPerNodeGroup=0", "AutomaticFailoverEnabled=true", "must have at least one read replica"),
        ("NumCacheClusters=2&EngineVersion=3.2.10&CacheNodeType=cache.t1.micro", "AutomaticFailoverEnabled=true", "T1 and T2"),
        (
            "NumNodeGroups=2&ReplicasPerNodeGroup=1&NodeGroupConfiguration.NodeGroupConfiguration.1.NodeGroupId=0001"
                + "&NodeGroupConfiguration.NodeGroupConfiguration.2.NodeGroupId=0002"
                + "&NodeGroupConfiguration.NodeGroupConfiguration.2.PrimaryAvailabilityZone=us-east-1c"
                + "&NodeGroupConfiguration.NodeGroupConfiguration.2.ReplicaAvailabilityZones.AvailabilityZone.1=us-east-1c",
            "MultiAZEnabled=true", "node group 0002 are in us-east-1c"
        ),
    ])
    func whatTheNodesCanNotBear(shape: String, form: String, text: String) async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", shape)
        try await fixture.expectRefusal("ModifyReplicationGroup", "ReplicationGroupId=g&\(form)", "InvalidParameterCombination", text)
    }

    @Test func multiAZNeedsAReplicaInEveryShard() async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", "NumNodeGroups=2&ReplicasPerNodeGroup=0")
        try await fixture.expectRefusal(
            "ModifyReplicationGroup", "ReplicationGroupId=g&MultiAZEnabled=true", "InvalidParameterValue",
            "Must have at least 1 replica for Multi-AZ enabled Replication Group")
    }

    @Test func aGroupThatIsNotThere() async throws {
        let fixture = try await Fixture()
        try await fixture.expectRefusal(
            "ModifyReplicationGroup", "ReplicationGroupId=h&ReplicationGroupDescription=x", "ReplicationGroupNotFoundFault", "h")
    }
}
