private let value = "InvalidParameterValue"
private let combination = "InvalidParameterCombination"

/// Parameters whose values are good or bad whether their effects are built or not.
extension Refusal {
    static let features: [Refusal] =
        notifications + durability + logDelivery + [
            Refusal("AuthToken=correct-horse-battery", combination, "AuthToken", "TransitEncryptionEnabled"),
            Refusal("AuthToken=short&TransitEncryptionEnabled=true", value, "Invalid AuthToken provided.", "AuthToken"),
            Refusal(tls + "&AuthToken=" + String(repeating: "a", count: 129), value, "Invalid AuthToken provided."),
            Refusal(tls + "&AuthToken=correct%40horse%40battery", value, "Invalid AuthToken provided."),
            Refusal(tls + "&AuthToken=correct-hors%C3%A9-battery", value, "Invalid AuthToken provided."),
            Refusal(tls + "&AuthToken=correct-horse-battery&UserGroupIds.member.1=u", combination, "AuthToken", "UserGroupIds"),
            Refusal(
                tls + "&AuthToken=correct-horse-battery&TransitEncryptionMode=preferred", combination,
                "Transit encryption preferred is not supported with redis access control."),
            Refusal(
                tls + "&CacheNodeType=cache.m3.large&EngineVersion=3.2.10", combination, "TransitEncryptionEnabled", "EngineVersion 3.2.10"),
            Refusal(tls + "&CacheNodeType=cache.m1.small&EngineVersion=3.2.6", combination, "TransitEncryptionEnabled", "cache.m1.small"),
            Refusal(
                "AtRestEncryptionEnabled=true&CacheNodeType=cache.m4.large&EngineVersion=3.2.4", combination, "AtRestEncryptionEnabled",
                "3.2.4"),
            Refusal(
                "TransitEncryptionMode=preferred", combination, "To modify transit encryption mode, set encryption-in-transit as enabled."),
            Refusal(
                tls + "&TransitEncryptionMode=required&EngineVersion=6.2", combination,
                "Transit encryption mode is not supported for engine version 6.2.6. Please use engine version 7.0.5 or higher."),
            Refusal("TransitEncryptionMode=sometimes", value, "TransitEncryptionMode"),
            Refusal("KmsKeyId=k", combination, "KmsKeyId", "AtRestEncryptionEnabled"),
            Refusal("KmsKeyId=k&Engine=valkey&AtRestEncryptionEnabled=false", combination, "KmsKeyId"),
            Refusal(
                "UserGroupIds.member.1=u", combination,
                "User group based access control requires encryption-in-transit to be enabled on the replication group."),
            Refusal(tls + "&UserGroupIds.member.1=u&UserGroupIds.member.2=v", value, "UserGroupIds", "2"),
            Refusal(tls + "&UserGroupIds.member.1=u&EngineVersion=5.0.6", combination, "UserGroupIds", "5.0.6"),
            Refusal("DataTieringEnabled=true", combination, "DataTieringEnabled", "cache.t3.micro"),
            Refusal(
                "CacheNodeType=cache.r6gd.2xlarge", combination,
                "When using the cache.r6gd.2xlarge node type, you must enable data tiering."),
            Refusal("CacheNodeType=cache.r6gd.2xlarge&DataTieringEnabled=true&EngineVersion=6.0", combination, "cache.r6gd.2xlarge", "6.0"),
            Refusal("SnapshotArns.SnapshotArn.1=b%2Fo.rdb", value, "SnapshotArns.SnapshotArn.1", "arn:aws:s3:::"),
            Refusal(snapshot("b"), value, "SnapshotArns.SnapshotArn.1"),
            Refusal(snapshot("b%2Fo%2Cp.rdb"), value, "SnapshotArns.SnapshotArn.1", "comma"),
            Refusal(snapshot("b%2Fo.rdb") + "&SnapshotName=s", combination, "SnapshotArns", "SnapshotName"),
            Refusal("SnapshotName=s&ServerlessCacheSnapshotName=t", combination, "SnapshotName", "ServerlessCacheSnapshotName"),
            Refusal(
                snapshot("b%2Fo.rdb") + "&NumNodeGroups=2", combination,
                "Slots must be provided when restoring from snapshot ARNs with cluster mode enabled"),
            Refusal(
                "GlobalReplicationGroupId=ldgnf-g", combination,
                "Cannot use the given parameters when creating new replication group in an existing global replication group.",
                "CacheNodeType"),
            Refusal(
                "CacheNodeType=&GlobalReplicationGroupId=ldgnf-g&NumNodeGroups=2", combination, "(GlobalReplicationGroupId, NumNodeGroups)"),
            Refusal(
                "CacheSecurityGroupNames.CacheSecurityGroupName.1=c", value, "cache security groups is not permitted in this API version"),
            Refusal(
                "CacheSecurityGroupNames.CacheSecurityGroupName.1=c&CacheSubnetGroupName=default", combination,
                "Use of cache security groups is not permitted along with cache subnet group and/or security group Ids."),
            Refusal("NetworkType=ipv5", value, "NetworkType"),
            Refusal("IpDiscovery=dual_stack", value, "IpDiscovery"),
        ]

    private static let notifications: [Refusal] = [
        "mine", "arn%3Aaws%3Asns%3Aus-east-1%3A000000000000", "arn%3Aaws%3Asqs%3Aus-east-1%3A000000000000%3At",
        "arn%3Aaws-cn%3Asns%3Aus-east-1%3A000000000000%3At", "arn%3Aaws%3Asns%3Aeu-west-1%3A000000000000%3At",
        "arn%3Aaws%3Asns%3Aus-east-1%3A111111111111%3At", "arn%3Aaws%3Asns%3Aus-east-1%3A000000000000%3A",
        "arn%3Aaws%3Asns%3Aus-east-1%3A000000000000%3At.fifo", "arn%3Aaws%3Asns%3Aus-east-1%3A000000000000%3At%3Au",
    ].map { Refusal("NotificationTopicArn=\($0)", value, "The parameter NotificationTopicArn ") }

    private static let durable =
        "Durability=sync&Engine=valkey&EngineVersion=9.0&CacheNodeType=cache.r7g.large&NumNodeGroups=2&ReplicasPerNodeGroup=1"
        + "&MultiAZEnabled=true&TransitEncryptionEnabled=true"

    private static let durability: [Refusal] = [
        Refusal("Durability=always", value, "Durability", "default, async, sync, disabled"),
        Refusal("Durability=sync", combination, "Durability", "valkey 9.0"),
        Refusal("Durability=disabled", combination, "Durability", "valkey 9.0"),
        Refusal(durable + "&EngineVersion=8.2", combination, "Durability", "8.2"),
        Refusal(durable + "&NumNodeGroups=1&AutomaticFailoverEnabled=true", combination, "Durability", "cluster mode enabled"),
        Refusal(durable + "&MultiAZEnabled=false", combination, "Durability", "MultiAZEnabled"),
        Refusal(durable + "&TransitEncryptionEnabled=false", combination, "Durability", "TransitEncryptionEnabled"),
        Refusal(durable + "&AtRestEncryptionEnabled=false", combination, "Durability", "AtRestEncryptionEnabled"),
        Refusal(durable + "&CacheNodeType=cache.t3.micro", combination, "Durability", "cache.t3.micro"),
        Refusal(durable, value, "not supported yet"),
    ]

    private static let logDelivery: [Refusal] = [
        Refusal(log + "LogType=slow-log", value, "LogDeliveryConfigurationRequest.1.DestinationType", "must be provided"),
        Refusal(log + "LogType=audit-log", value, "LogType", "slow-log, engine-log"),
        Refusal(log + "Enabled=true", value, "LogDeliveryConfigurationRequest.1.LogType", "must be provided"),
        Refusal(logs("slow-log", "slow-log"), value, "LogDeliveryConfigurationRequest.2.LogType", "repeats"),
        Refusal(logs("slow-log") + "&EngineVersion=5.0.6", value, "slow-log log delivery is not available for this redis engine version."),
        Refusal(
            logs("engine-log") + "&EngineVersion=6.0", value, "engine-log log delivery is not available for this redis engine version."),
        Refusal(
            logs("slow-log").replacing("CloudWatchLogsDetails.LogGroup", with: "KinesisFirehoseDetails.DeliveryStream"), value,
            "DestinationDetails.CloudWatchLogsDetails.LogGroup", "must be provided"),
    ]

    private static let tls = "TransitEncryptionEnabled=true"
    private static let log = "LogDeliveryConfigurations.LogDeliveryConfigurationRequest.1."

    /// `LogDeliveryConfigurations`, complete entries.
    static func logs(_ types: String...) -> String {
        types.enumerated().map { index, type in
            let path = "LogDeliveryConfigurations.LogDeliveryConfigurationRequest.\(index + 1)."
            return "\(path)LogType=\(type)&\(path)DestinationType=cloudwatch-logs&\(path)LogFormat=json"
                + "&\(path)DestinationDetails.CloudWatchLogsDetails.LogGroup=mine"
        }.joined(separator: "&")
    }

    private static func snapshot(_ object: String) -> String { "SnapshotArns.SnapshotArn.1=arn%3Aaws%3As3%3A%3A%3A\(object)" }
}
