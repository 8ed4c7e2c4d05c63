import Testing

/// A creation that is refused: what the form says beside the least that a creation needs, the code, and what the message names.
struct Refusal: Sendable, CustomTestStringConvertible {
    let form: String
    let code: String
    let names: [String]

    init(_ form: String, _ code: String, _ names: String...) {
        (self.form, self.code, self.names) = (form, code, names)
    }

    var testDescription: String { "\(form.prefix(90)) \(code)" }
}

private let value = "InvalidParameterValue"
private let combination = "InvalidParameterCombination"

extension Refusal {
    static let identifiers: [Refusal] = [
        Refusal("ReplicationGroupId=", value, "ReplicationGroupId", "must be provided"),
        Refusal("ReplicationGroupId=" + String(repeating: "a", count: 41), value, "ReplicationGroupId", "40"),
        Refusal("ReplicationGroupId=1a", value, "ReplicationGroupId", "not a valid identifier"),
        Refusal("ReplicationGroupId=-a", value, "ReplicationGroupId", "not a valid identifier"),
        Refusal("ReplicationGroupId=a-", value, "ReplicationGroupId", "not a valid identifier"),
        Refusal("ReplicationGroupId=a--b", value, "ReplicationGroupId", "not a valid identifier"),
        Refusal("ReplicationGroupId=a_b", value, "ReplicationGroupId", "not a valid identifier"),
        Refusal("ReplicationGroupId=a.b", value, "ReplicationGroupId", "not a valid identifier"),
        Refusal("ReplicationGroupId=a%2Fb", value, "ReplicationGroupId", "not a valid identifier"),
        Refusal("ReplicationGroupId=+a", value, "ReplicationGroupId", "not a valid identifier"),
        Refusal("ReplicationGroupId=a%00", value, "ReplicationGroupId", "not a valid identifier"),
        Refusal("ReplicationGroupId=%C3%A4", value, "ReplicationGroupId", "not a valid identifier"),
        Refusal("ReplicationGroupId=a%F0%9F%92%BE", value, "ReplicationGroupId", "not a valid identifier"),
        Refusal("ReplicationGroupDescription=" + String(repeating: "d", count: 256), value, "ReplicationGroupDescription", "255"),
    ]

    static let engines: [Refusal] = [
        Refusal("CacheNodeType=", value, "CacheNodeType", "must be provided"),
        Refusal("CacheNodeType=cache.t9.huge", value, "CacheNodeType", "cache.t9.huge"),
        Refusal("CacheNodeType=t3.micro", value, "CacheNodeType"),
        Refusal("Engine=mysql", value, "Engine", "mysql"),
        Refusal("Engine=memcached", value, "Engine", "memcached"),
        Refusal("EngineVersion=99.9", combination, "EngineVersion", "Cannot find version 99.9 for redis"),
        Refusal("EngineVersion=7.0.7", combination, "EngineVersion", "Cannot find version 7.0.7 for redis"),
        Refusal("EngineVersion=7", combination, "EngineVersion"),
        Refusal("EngineVersion=seven", combination, "EngineVersion"),
        Refusal("Engine=valkey&EngineVersion=7.0", combination, "EngineVersion", "Cannot find version 7.0 for valkey"),
        Refusal("Engine=redis&EngineVersion=8.0", combination, "Cannot find version 8.0 for redis"),
        Refusal("CacheNodeType=cache.m8g.large", combination, "CacheNodeType", "cache.m8g.large"),
        Refusal("EngineVersion=2.8.24", combination, "CacheNodeType", "2.8.24"),
        Refusal("CacheNodeType=cache.m1.small&Engine=valkey", combination, "CacheNodeType"),
        Refusal("CacheNodeType=cache.r6gd.xlarge", combination, "CacheNodeType", "you must enable data tiering"),
        Refusal("CacheParameterGroupName=mine", "CacheParameterGroupNotFound", "CacheParameterGroup not found: mine"),
        Refusal("CacheParameterGroupName=default.redis9", "CacheParameterGroupNotFound", "default.redis9"),
        Refusal(
            "CacheParameterGroupName=default.memcached1.6", combination, "memcached parameter group is not applicable to engine redis"),
        Refusal("CacheParameterGroupName=default.redis2.8.cluster.on", "CacheParameterGroupNotFound"),
        Refusal("CacheParameterGroupName=default.redis6.x", combination, "of family redis7 but found one of family redis6.x"),
        Refusal("CacheParameterGroupName=default.valkey8", combination, "valkey parameter group is not applicable to engine redis"),
        Refusal(
            "Engine=valkey&EngineVersion=8.0&CacheParameterGroupName=default.valkey7", combination,
            "Expected a parameter group of family valkey8 but found one of family valkey7"),
    ]

    static let counts: [Refusal] = [
        Refusal("NumCacheClusters=0", value, "NumCacheClusters", "must be within 0 and 5"),
        Refusal("NumCacheClusters=7", value, "NumCacheClusters", "must be within 0 and 5"),
        Refusal("NumCacheClusters=-1", value, "NumCacheClusters"),
        Refusal("NumCacheClusters=-2147483648", value, "NumCacheClusters"),
        Refusal("NumCacheClusters=three", value, "NumCacheClusters", "integer"),
        Refusal("NumCacheClusters=99999999999999999999", value, "NumCacheClusters", "integer"),
        Refusal("NumCacheClusters=1.5", value, "NumCacheClusters"),
        Refusal("ReplicasPerNodeGroup=6", value, "ReplicasPerNodeGroup", "must be within 0 and 5"),
        Refusal("ReplicasPerNodeGroup=-1", value, "ReplicasPerNodeGroup"),
        Refusal("NumNodeGroups=0", value, "NumNodeGroups"),
        Refusal("NumNodeGroups=-3", value, "NumNodeGroups"),
        Refusal("NumNodeGroups=501", "NodeGroupsPerReplicationGroupQuotaExceeded", "NumNodeGroups", "500"),
        Refusal("NumNodeGroups=2147483647", "NodeGroupsPerReplicationGroupQuotaExceeded", "NumNodeGroups"),
        Refusal("NumNodeGroups=91", "NodeGroupsPerReplicationGroupQuotaExceeded", "NumNodeGroups", "90"),
        Refusal("NumNodeGroups=16&ReplicasPerNodeGroup=5", "NodeQuotaForClusterExceeded", "ReplicasPerNodeGroup", "90", "96"),
        Refusal("NumCacheClusters=2&ReplicasPerNodeGroup=1", combination, "NumCacheClusters", "ReplicasPerNodeGroup"),
        Refusal("NumNodeGroups=2&NumCacheClusters=2", combination, "NumCacheClusters"),
        Refusal(shards("Slots=0-16383") + "&NumNodeGroups=2", value, "NodeGroupConfiguration", "NumNodeGroups"),
        Refusal(shards("ReplicaCount=6", "ReplicaCount=0"), value, "NodeGroupConfiguration.1.ReplicaCount", "must be within 0 and 5"),
        Refusal(shards("ReplicaCount=1", "ReplicaCount=-1"), value, "NodeGroupConfiguration.2.ReplicaCount"),
        Refusal(
            shards("ReplicaCount=1", "ReplicaCount=1") + "&ReplicasPerNodeGroup=1", combination, "ReplicasPerNodeGroup", "ReplicaCount"),
        Refusal(shards("ReplicaCount=1") + "&NumCacheClusters=3", combination, "NumCacheClusters", "ReplicaCount"),
        Refusal(shards("NodeGroupId=12345", "NodeGroupId=2"), value, "NodeGroupConfiguration.1.NodeGroupId", "[12345]"),
        Refusal(shards("NodeGroupId=1", "NodeGroupId=x"), value, "NodeGroupConfiguration.2.NodeGroupId", "[x]"),
        Refusal(shards("NodeGroupId=0", "NodeGroupId=1"), value, "NodeGroupConfiguration.1.NodeGroupId", "[0]"),
        Refusal(shards("NodeGroupId=1", "NodeGroupId=0000"), value, "NodeGroupConfiguration.2.NodeGroupId", "[0000]"),
        Refusal(shards("NodeGroupId=0000") + "&ClusterMode=enabled", value, "NodeGroupConfiguration.1.NodeGroupId", "[0000]"),
        Refusal(shards("NodeGroupId=0000"), value, "NodeGroupConfiguration.1.NodeGroupId", "[0000]"),
        Refusal(shards("NodeGroupId=2"), value, "NodeGroupConfiguration.1.NodeGroupId", "[2]", "can only be 0001"),
        Refusal(
            shards("NodeGroupId=0002&ReplicaCount=1") + "&ClusterMode=disabled", value, "NodeGroupConfiguration.1.NodeGroupId",
            "cluster mode disabled"),
        Refusal(shards("NodeGroupId=1", "NodeGroupId=0001"), value, "NodeGroupConfiguration.2.NodeGroupId", "repeats"),
        Refusal("NodeGroupConfiguration.NodeGroupConfiguration.0.ReplicaCount=1", value, "NodeGroupConfiguration"),
        Refusal("NodeGroupConfiguration.NodeGroupConfiguration.1=x", value, "NodeGroupConfiguration"),
        Refusal("NodeGroupConfiguration=x", value, "NodeGroupConfiguration"),
    ]

    static let slots: [Refusal] = [
        Refusal(shards("Slots=0-9000", "Slots=9000-16383"), value, "Slots", "9000", "more than once"),
        Refusal(shards("Slots=0-8999", "Slots=9001-16383"), value, "Slots", "9000", "leaves out"),
        Refusal(shards("Slots=1-8999", "Slots=9000-16383"), value, "Slots", "leaves out the slots 0"),
        Refusal(shards("Slots=0-8999", "Slots=9000-16382"), value, "Slots", "leaves out the slots 16383"),
        Refusal(shards("Slots=0-8999", "Slots=9000-16384"), value, "NodeGroupConfiguration.2.Slots", "exceeds 16383"),
        Refusal(shards("Slots=0-99999999999", "Slots=0-1"), value, "NodeGroupConfiguration.1.Slots"),
        Refusal(shards("Slots=8999-0", "Slots=9000-16383"), value, "NodeGroupConfiguration.1.Slots", "ends before it begins"),
        Refusal(shards("Slots=all", "Slots=9000-16383"), value, "NodeGroupConfiguration.1.Slots", "malformed"),
        Refusal(shards("Slots=-1-8999", "Slots=9000-16383"), value, "NodeGroupConfiguration.1.Slots", "malformed"),
        Refusal(shards("Slots=0-8999%2C", "Slots=9000-16383"), value, "NodeGroupConfiguration.1.Slots", "malformed"),
        Refusal(shards("Slots=0-16383", "ReplicaCount=0"), value, "Slots", "1 of 2"),
        Refusal(shards("Slots=0-16383"), combination, "Slots", "cluster mode"),
    ]

    static let zones: [Refusal] = [
        Refusal(zones("us-east-1z") + "&NumCacheClusters=1", value, "PreferredCacheClusterAZs", "us-east-1z"),
        Refusal(zones("eu-west-1a") + "&NumCacheClusters=1", value, "PreferredCacheClusterAZs", "eu-west-1a"),
        Refusal(zones("US-EAST-1A") + "&NumCacheClusters=1", value, "PreferredCacheClusterAZs"),
        Refusal(zones("us-east-1a", "us-east-1b") + "&NumCacheClusters=3", value, "PreferredCacheClusterAZs", "2 for 3"),
        Refusal(zones("us-east-1a", "us-east-1b"), value, "PreferredCacheClusterAZs", "2 for 1"),
        Refusal(zones("us-east-1a", "us-east-1b") + "&NumNodeGroups=2", combination, "PreferredCacheClusterAZs", "one node group"),
        Refusal(
            zones("us-east-1a", "us-east-1b") + "&" + shards("ReplicaCount=1&PrimaryAvailabilityZone=us-east-1a"), combination,
            "PreferredCacheClusterAZs", "NodeGroupConfiguration"),
        Refusal(shards("PrimaryAvailabilityZone=moon"), value, "NodeGroupConfiguration.1.PrimaryAvailabilityZone", "moon"),
        Refusal(
            shards("ReplicaAvailabilityZones.AvailabilityZone.1=moon"), value, "NodeGroupConfiguration.1.ReplicaAvailabilityZones", "moon"),
        Refusal(
            shards("ReplicaCount=2&ReplicaAvailabilityZones.AvailabilityZone.1=us-east-1a"), value,
            "NodeGroupConfiguration.1.ReplicaAvailabilityZones", "1 zones for 2 replicas"),
        Refusal(
            shards("ReplicaAvailabilityZones.AvailabilityZone.1=us-east-1a") + "&ReplicasPerNodeGroup=2", value, "ReplicaAvailabilityZones"),
        Refusal(
            zones("us-east-1a", "us-east-1a") + "&NumCacheClusters=2&AutomaticFailoverEnabled=true&MultiAZEnabled=true", combination,
            "MultiAZEnabled", "two Availability Zones"),
    ]

    static let failover: [Refusal] = [
        Refusal("AutomaticFailoverEnabled=true", combination, "AutomaticFailoverEnabled", "at least 2 cache clusters"),
        Refusal("AutomaticFailoverEnabled=maybe", value, "AutomaticFailoverEnabled", "true or false"),
        Refusal(
            "AutomaticFailoverEnabled=true&NumCacheClusters=2&CacheNodeType=cache.t1.micro&EngineVersion=3.2.10", combination,
            "AutomaticFailoverEnabled", "T1"),
        Refusal(
            "AutomaticFailoverEnabled=true&NumCacheClusters=2&CacheNodeType=cache.m3.medium&EngineVersion=2.6.13", combination,
            "AutomaticFailoverEnabled", "2.6.13"),
        Refusal("NumNodeGroups=2&AutomaticFailoverEnabled=false", value, "AutomaticFailoverEnabled", "auto failover turned off"),
        Refusal("MultiAZEnabled=true&NumCacheClusters=2", combination, "MultiAZEnabled", "AutomaticFailoverEnabled"),
        Refusal("MultiAZEnabled=true&NumNodeGroups=2", value, "MultiAZEnabled", "at least 1 replica"),
        Refusal("ClusterMode=compatible", value, "ClusterMode", "compatible"),
        Refusal("ClusterMode=sometimes", value, "ClusterMode", "enabled, disabled, compatible"),
        Refusal("ClusterMode=disabled&NumNodeGroups=2", combination, "ClusterMode", "NumNodeGroups"),
        Refusal(
            "ClusterMode=enabled&EngineVersion=2.8.24&CacheNodeType=cache.m3.medium", combination, "(ClusterMode)", "2.8.24", "3.2.4"),
        Refusal("ClusterMode=enabled&CacheParameterGroupName=default.redis7", combination, "ClusterMode", "default.redis7"),
        Refusal("ClusterMode=disabled&CacheParameterGroupName=default.redis7.cluster.on", combination, "ClusterMode"),
        Refusal("NumNodeGroups=2&CacheParameterGroupName=default.redis7", combination, "NumNodeGroups", "CacheParameterGroupName"),
        Refusal("NumNodeGroups=2&CacheNodeType=cache.m3.medium&EngineVersion=2.8.24", combination, "NumNodeGroups", "2.8.24"),
    ]

    static let settings: [Refusal] = [
        Refusal("Port=0", value, "Port", "1 and 65535"),
        Refusal("Port=65536", value, "Port", "1 and 65535"),
        Refusal("Port=-1", value, "Port"),
        Refusal("Port=redis", value, "Port"),
        Refusal("Port=55536&NumNodeGroups=2", value, "Port", "55535"),
        Refusal("SnapshotRetentionLimit=36", value, "SnapshotRetentionLimit", "0 and 35"),
        Refusal("SnapshotRetentionLimit=-1", value, "SnapshotRetentionLimit"),
        Refusal(
            "SnapshotRetentionLimit=1&CacheNodeType=cache.t1.micro&EngineVersion=2.8.24", combination, "SnapshotRetentionLimit",
            "does not support snapshotting"),
        Refusal("SnapshotWindow=noon", value, "SnapshotWindow"),
        Refusal("SnapshotWindow=24%3A00-25%3A00", value, "SnapshotWindow"),
        Refusal("SnapshotWindow=05%3A00-05%3A59", value, "SnapshotWindow", "at least 60 minutes"),
        Refusal("PreferredMaintenanceWindow=sunday", value, "PreferredMaintenanceWindow"),
        Refusal("PreferredMaintenanceWindow=xxx%3A01%3A00-xxx%3A02%3A00", value, "PreferredMaintenanceWindow"),
        Refusal("PreferredMaintenanceWindow=sun%3A01%3A00-sun%3A01%3A30", value, "PreferredMaintenanceWindow", "at least 60 minutes"),
        Refusal("PreferredMaintenanceWindow=sun%3A01%3A00-tue%3A01%3A00", value, "PreferredMaintenanceWindow", "24 hours"),
        Refusal(
            "SnapshotWindow=05%3A00-06%3A00&PreferredMaintenanceWindow=wed%3A05%3A30-wed%3A06%3A30", value, "must not overlap",
            "SnapshotWindow"),
        Refusal(
            "SnapshotWindow=23%3A30-00%3A30&PreferredMaintenanceWindow=sat%3A23%3A00-sun%3A00%3A15", value, "must not overlap"),
        Refusal("AutoMinorVersionUpgrade=2", value, "AutoMinorVersionUpgrade"),
    ]

    static let tags: [Refusal] = [
        Refusal("Tags.Tag.1.Key=a&Tags.Tag.1.Value=1&Tags.Tag.2.Key=a&Tags.Tag.2.Value=2", value, "Tags.Tag.2", "repeats the key a"),
        Refusal((1...51).map { "Tags.Tag.\($0).Key=k\($0)" }.joined(separator: "&"), "TagQuotaPerResourceExceeded", "Tags", "51", "50"),
        Refusal("Tags.Tag.1.Key=aws%3Ax", value, "Tags.Tag.1.Key", "aws:"),
        Refusal("Tags.Tag.1.Key=AWS%3Ax", value, "Tags.Tag.1.Key"),
        Refusal("Tags.Tag.1.Value=x", value, "Tags.Tag.1.Key"),
        Refusal("Tags.Tag.1.Key=" + String(repeating: "k", count: 129), value, "Tags.Tag.1.Key", "128"),
        Refusal("Tags.Tag.1.Key=k&Tags.Tag.1.Value=" + String(repeating: "v", count: 257), value, "Tags.Tag.1.Value", "256"),
        Refusal("Tags.Tag.1.Key=a%21b", value, "Tags.Tag.1", "U+21"),
        Refusal("Tags.member.1.Key=a&Tags.member.2.Key=a", value, "Tags.Tag.2.Key"),
        Refusal("Tags=a", value, "Tags"),
    ]

    /// Their effects are not built yet: good values, which another rule does not refuse first.
    static let unserved: [Refusal] = [
        Refusal("CacheNodeType=&PrimaryClusterId=redis01", "CacheClusterNotFound", "redis01 (PrimaryClusterId)"),
        unserved("GlobalReplicationGroupId", "CacheNodeType=&GlobalReplicationGroupId=ldgnf-g"),
        Refusal("SecurityGroupIds.SecurityGroupId.1=sg-1", value, "SecurityGroupIds", "sg-1"),
        unserved("SnapshotArns", "SnapshotArns.SnapshotArn.1=arn%3Aaws%3As3%3A%3A%3Ab%2Fo.rdb"),
        unserved("SnapshotName", "SnapshotName=s"),
        unserved("SnapshotName", "CacheNodeType=&SnapshotName=s"),
        unserved("ServerlessCacheSnapshotName", "ServerlessCacheSnapshotName=s"),
        unserved("ServerlessCacheSnapshotName", "CacheNodeType=&ServerlessCacheSnapshotName=s"),
        Refusal("AtRestEncryptionEnabled=true", "InsufficientCacheClusterCapacity", "AtRestEncryptionEnabled", "no keys are kept"),
        Refusal("Engine=valkey&KmsKeyId=k", "InsufficientCacheClusterCapacity", "AtRestEncryptionEnabled", "no keys are kept"),
        Refusal("UserGroupIds.member.1=u&TransitEncryptionEnabled=true", "UserGroupNotFound", "User group not found: u"),
        unserved("LogDeliveryConfigurations", logs("slow-log")),
        unserved("DataTieringEnabled", "DataTieringEnabled=true&CacheNodeType=cache.r6gd.xlarge"),
        Refusal("CacheSubnetGroupName=mine", "CacheSubnetGroupNotFoundFault", "Cache subnet group mine does not exist."),
        Refusal("NetworkType=dual_stack", "InvalidSubnet", "supports NetworkType dual_stack"),
        Refusal("IpDiscovery=ipv6", combination, "IpDiscovery can not be ipv6 with NetworkType ipv4"),
        Refusal(shards("PrimaryOutpostArn=arn"), value, "PrimaryOutpostArn names no Outpost"),
        Refusal(shards("ReplicaOutpostArns.OutpostArn.1=arn"), value, "ReplicaOutpostArns.OutpostArn.1 names no Outpost"),
    ]

    private static func unserved(_ parameter: String, _ form: String) -> Refusal {
        Refusal(form, value, "The parameter \(parameter) ", "not supported yet")
    }

    static let all = identifiers + engines + counts + slots + zones + failover + settings + tags + features + unserved

    /// `NodeGroupConfiguration`, an entry per argument. An entry may have several parameters.
    static func shards(_ entries: String...) -> String {
        entries.enumerated().flatMap { index, entry in
            entry.split(separator: "&").map { "NodeGroupConfiguration.NodeGroupConfiguration.\(index + 1).\($0)" }
        }.joined(separator: "&")
    }

    static func zones(_ names: String...) -> String {
        names.enumerated().map { "PreferredCacheClusterAZs.AvailabilityZone.\($0 + 1)=\($1)" }.joined(separator: "&")
    }
}
