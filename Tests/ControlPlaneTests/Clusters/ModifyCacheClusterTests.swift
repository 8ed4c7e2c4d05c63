import CacheModel
import Testing

@testable import ControlPlane

@Suite struct ModifyCacheClusterTests {
    private static let action = "ModifyCacheCluster"

    @Test func settingsOfALoneCluster() async throws {
        let fixture = try await Fixture()
        try await fixture.availableCluster("c")
        let reply = try await fixture.call(
            Self.action,
            "CacheClusterId=C&NumCacheNodes=1&EngineVersion=7.0&SnapshotRetentionLimit=3&SnapshotWindow=05:00-06:00"
                + "&PreferredMaintenanceWindow=sun:07:00-sun:08:00&AutoMinorVersionUpgrade=false&ApplyImmediately=true")
        #expect(reply.first("SnapshotRetentionLimit") == "3" && reply.first("SnapshotWindow") == "05:00-06:00", "\(reply.text)")
        #expect(reply.first("PreferredMaintenanceWindow") == "sun:07:00-sun:08:00" && reply.first("AutoMinorVersionUpgrade") == "false")
        #expect(reply.first("CacheClusterStatus") == "available")
        try await fixture.call(Self.action, "CacheClusterId=c&SnapshotRetentionLimit=0").expectSuccess()
        #expect(fixture.cluster("c")?.snapshotRetentionLimit == 0)
    }

    /// Windows and retention are the group's; the cluster is the one that snapshots are taken from.
    @Test func settingsOfAMember() async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", "NumCacheClusters=2")
        try await fixture.call(Self.action, "CacheClusterId=g-001&SnapshotRetentionLimit=3&AutoMinorVersionUpgrade=false").expectSuccess()
        let group = try #require(fixture.group("g"))
        #expect(group.snapshotRetentionLimit == 3 && group.snapshottingMember == "g-001" && !group.autoMinorVersionUpgrade)
    }

    @Test(
        arguments: ["c", "g-002"],
        [
            ("", "InvalidParameterCombination", "No modifications were requested"),
            ("ApplyImmediately=true", "InvalidParameterCombination", "No modifications were requested"),
            ("NumCacheNodes=2", "InvalidParameterValue", "NumCacheNodes must be 1"),
            ("CacheNodeIdsToRemove.CacheNodeId.1=0001", "InvalidParameterCombination", "CacheNodeIdsToRemove"),
            ("NewAvailabilityZones.PreferredAvailabilityZone.1=us-east-1a", "InvalidParameterCombination", "NewAvailabilityZones"),
            ("AZMode=cross-az", "InvalidParameterCombination", "AZMode"),
            ("SnapshotRetentionLimit=36", "InvalidParameterValue", "SnapshotRetentionLimit"),
            ("SnapshotWindow=05:00-06:00&PreferredMaintenanceWindow=sun:05:30-sun:06:30", "InvalidParameterValue", "must not overlap"),
            ("AuthToken=0123456789abcdef", "InvalidParameterCombination", "AuthToken requires TransitEncryptionEnabled"),
            ("ScaleConfig.ScalePercentage=10", "InvalidParameterValue", "ScaleConfig"),
            ("CacheSecurityGroupNames.CacheSecurityGroupName.1=c", "InvalidParameterValue", "CacheSecurityGroupNames"),
        ])
    func refused(cluster: String, request: (form: String, code: String, text: String)) async throws {
        let fixture = try await Fixture()
        try await fixture.availableCluster("c")
        try await fixture.available("g", "NumCacheClusters=2")
        let form = "CacheClusterId=\(cluster)" + (request.form.isEmpty ? "" : "&\(request.form)")
        try await fixture.expectRefusal(Self.action, form, request.code, request.text)
    }

    @Test(arguments: ["CacheNodeType=cache.r6g.large", "EngineVersion=7.1", "Engine=valkey"])
    func aMemberIsOfItsGroupsKind(parameter: String) async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", "EngineVersion=7.0&NumCacheClusters=2")
        try await fixture.expectRefusal(
            Self.action, "CacheClusterId=g-002&\(parameter)", "InvalidParameterCombination", "use ModifyReplicationGroup")
    }

    @Test func refusedByState() async throws {
        let fixture = try await Fixture()
        try await fixture.expectRefusal(Self.action, "CacheClusterId=c&SnapshotRetentionLimit=1", "CacheClusterNotFound", "c")
        try await fixture.createCluster("c").expectSuccess()
        try await fixture.expectRefusal(
            Self.action, "CacheClusterId=c&SnapshotRetentionLimit=1", "InvalidCacheClusterState", "status creating which is not valid")
    }
}
