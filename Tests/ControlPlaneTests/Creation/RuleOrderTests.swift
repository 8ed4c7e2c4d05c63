import Testing

@testable import ControlPlane

/// Of two mistakes the one that is told is the one of the earlier stage.
@Suite struct RuleOrderTests {
    /// One mistake for each stage, in their order. Each is good but for itself.
    private static let stages: [(stage: String, form: String, code: String, text: String)] = [
        ("required", "CacheNodeType=", "InvalidParameterValue", "The parameter CacheNodeType must be provided and must not be null."),
        ("identifier", "ReplicationGroupId=a--b", "InvalidParameterValue", "not a valid identifier"),
        ("existence", "ReplicationGroupId=taken", "ReplicationGroupAlreadyExists", "already exists"),
        ("value", "Port=0", "InvalidParameterValue", "Port"),
        ("reference", "CacheParameterGroupName=nobodys", "CacheParameterGroupNotFound", "nobodys"),
        ("engine", "EngineVersion=99.9", "InvalidParameterCombination", "Cannot find version 99.9 for redis"),
        ("topology", "NumNodeGroups=2&AutomaticFailoverEnabled=false", "InvalidParameterValue", "auto failover turned off"),
        ("feature", "KmsKeyId=k", "InvalidParameterCombination", "KmsKeyId"),
        (
            "windows", "SnapshotWindow=05%3A00-06%3A00&PreferredMaintenanceWindow=sun%3A05%3A00-sun%3A06%3A00", "InvalidParameterValue",
            "must not overlap"
        ),
        ("unserved", "SnapshotArns.SnapshotArn.1=arn%3Aaws%3As3%3A%3A%3Ab%2Fo.rdb", "InvalidParameterValue", "not supported yet"),
        ("quota", (1...51).map { "Tags.Tag.\($0).Key=k\($0)" }.joined(separator: "&"), "TagQuotaPerResourceExceeded", "51"),
    ]

    private static let pairs = stages.indices.flatMap { first in stages.indices.dropFirst(first + 1).map { [first, $0] } }
        // One id can't be both.
        .filter { !($0[0] == 1 && $0[1] == 2) }

    @Test(arguments: pairs)
    func theEarlierIsTold(_ pair: [Int]) async throws {
        let fixture = try await Fixture()
        try await fixture.create("taken")
        let (first, second) = (Self.stages[pair[0]], Self.stages[pair[1]])
        let before = try await fixture.records()
        for form in ["\(first.form)&\(second.form)", "\(second.form)&\(first.form)"] {
            let reply = try await fixture.create("g", form)
            #expect(reply.code == first.code && reply.message.contains(first.text), "\(first.stage), \(second.stage): \(reply.text)")
        }
        #expect(try await fixture.records() == before)
    }

    @Test(arguments: stages.indices)
    func eachIsToldAlone(_ index: Int) async throws {
        let fixture = try await Fixture()
        try await fixture.create("taken")
        let stage = Self.stages[index]
        let reply = try await fixture.create("g", stage.form)
        #expect(reply.code == stage.code && reply.message.contains(stage.text), "\(reply.text)")
    }

    /// No parameter has two rules of a kind.
    @Test func everyRuleHasItsParameter() {
        for names in [ValueRules.all.map(\.parameter), FeatureRules.all.map(\.parameter)] {
            #expect(Set(names).count == names.count)
            #expect(Set(names).isSubset(of: CreationParameters.all))
        }
    }

    /// The tables of refusals have a bad value of every parameter.
    @Test func everyParameterIsRefusedSomewhere() {
        let covered = CreationParameters.all.filter { parameter in
            Refusal.all.contains { refusal in
                refusal.form.split(separator: "&").contains { $0.hasPrefix(parameter + "=") || $0.hasPrefix(parameter + ".") }
            }
        }
        #expect(CreationParameters.all.subtracting(covered).isEmpty, "\(CreationParameters.all.subtracting(covered))")
    }
}

enum CreationParameters {
    static let all: Set<String> = [
        "ReplicationGroupId", "ReplicationGroupDescription", "GlobalReplicationGroupId", "PrimaryClusterId", "AutomaticFailoverEnabled",
        "MultiAZEnabled", "NumCacheClusters", "PreferredCacheClusterAZs", "NumNodeGroups", "ReplicasPerNodeGroup", "NodeGroupConfiguration",
        "CacheNodeType", "Engine", "EngineVersion", "CacheParameterGroupName", "CacheSubnetGroupName", "CacheSecurityGroupNames",
        "SecurityGroupIds", "Tags", "SnapshotArns", "SnapshotName", "PreferredMaintenanceWindow", "Port", "NotificationTopicArn",
        "AutoMinorVersionUpgrade", "SnapshotRetentionLimit", "SnapshotWindow", "AuthToken", "TransitEncryptionEnabled",
        "AtRestEncryptionEnabled", "KmsKeyId", "UserGroupIds", "LogDeliveryConfigurations", "DataTieringEnabled", "NetworkType",
        "IpDiscovery", "TransitEncryptionMode", "ClusterMode", "ServerlessCacheSnapshotName", "Durability",
    ]
}
