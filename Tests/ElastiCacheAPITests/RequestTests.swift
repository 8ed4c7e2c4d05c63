import AWSProtocol
import ElastiCacheAPI
import Foundation
import Testing

@Suite struct RequestTests {
    private func read<Input: QueryDecodable>(_ form: String, as type: Input.Type = Input.self) throws -> Input {
        try Input(from: QueryDecoder(try QueryParameters(parsing: form)))
    }

    @Test func readsTheDocumentedGroupOfThreeNodes() throws {
        let request: API.CreateReplicationGroupMessage = try self.read(
            "Action=CreateReplicationGroup&Version=2015-02-02&AutomaticFailoverEnabled=true&CacheNodeType=cache.m3.medium"
                + "&Engine=redis&EngineVersion=2.8.24&NumCacheClusters=3&ReplicationGroupDescription=A+Redis+replication+group."
                + "&ReplicationGroupId=my-redis-rg&SnapshotRetentionLimit=30"
        )
        #expect(
            request
                == API.CreateReplicationGroupMessage(
                    replicationGroupId: "my-redis-rg",
                    replicationGroupDescription: "A Redis replication group.",
                    automaticFailoverEnabled: true,
                    numCacheClusters: 3,
                    cacheNodeType: "cache.m3.medium",
                    engine: "redis",
                    engineVersion: "2.8.24",
                    snapshotRetentionLimit: 30
                )
        )
    }

    /// Botocore spells the item `NodeGroupConfiguration`, others `member`, others leave it out.
    @Test(arguments: ["NodeGroupConfiguration.", "member.", ""], ["AvailabilityZone.", "member.", ""])
    func readsTheDocumentedGroupOfTwoShards(item: String, zone: String) throws {
        let first = "&NodeGroupConfiguration.\(item)1."
        let second = "&NodeGroupConfiguration.\(item)2."
        let request: API.CreateReplicationGroupMessage = try self.read(
            "Action=CreateReplicationGroup&ReplicationGroupId=clustered-redis-rg&NumNodeGroups=2"
                + "&ReplicationGroupDescription=A+multi-sharded+replication+group"
                + "\(second)ReplicaCount=2\(second)Slots=9000-16383\(second)PrimaryAvailabilityZone=us-east-1a"
                + "\(second)ReplicaAvailabilityZones.\(zone)1=us-east-1a"
                + "\(second)ReplicaAvailabilityZones.\(zone)2=us-east-1c"
                + "\(first)ReplicaCount=1\(first)Slots=0-8999\(first)PrimaryAvailabilityZone=us-east-1c"
                + "\(first)ReplicaAvailabilityZones.\(zone)1=us-east-1b"
        )
        #expect(
            request.nodeGroupConfiguration == [
                API.NodeGroupConfiguration(
                    slots: "0-8999",
                    replicaCount: 1,
                    primaryAvailabilityZone: "us-east-1c",
                    replicaAvailabilityZones: ["us-east-1b"]
                ),
                API.NodeGroupConfiguration(
                    slots: "9000-16383",
                    replicaCount: 2,
                    primaryAvailabilityZone: "us-east-1a",
                    replicaAvailabilityZones: ["us-east-1a", "us-east-1c"]
                ),
            ]
        )
    }

    @Test func readsEveryKindOfMember() throws {
        let request: API.CreateReplicationGroupMessage = try self.read(
            "ReplicationGroupId=a&ReplicationGroupDescription=b&NetworkType=dual_stack&ClusterMode=compatible&Port=6380"
                + "&PreferredCacheClusterAZs.AvailabilityZone.1=us-east-1a&Tags.Tag.1.Key=k&Tags.Tag.1.Value="
                + "&LogDeliveryConfigurations.LogDeliveryConfigurationRequest.1.LogType=slow-log"
                + "&LogDeliveryConfigurations.LogDeliveryConfigurationRequest.1"
                + ".DestinationDetails.CloudWatchLogsDetails.LogGroup=g"
        )
        #expect(request.networkType == .dualStack)
        #expect(request.clusterMode == .compatible)
        #expect(request.port == 6380)
        #expect(request.preferredCacheClusterAZs == ["us-east-1a"])
        #expect(request.tags == [API.Tag(key: "k")])
        let log = try #require(request.logDeliveryConfigurations?.first)
        #expect(log.logType == .slowLog)
        #expect(log.destinationDetails?.cloudWatchLogsDetails?.logGroup == "g")
        #expect(log.destinationDetails?.kinesisFirehoseDetails == nil)
    }

    @Test func readsTimestamps() throws {
        let request: API.DescribeEventsMessage = try self.read(
            "StartTime=2017-03-30T07:03:49.555Z&SourceType=replication-group&Duration=60"
        )
        #expect(request.startTime == Date(timeIntervalSince1970: 1_490_857_429.555))
        #expect(request.sourceType == .replicationGroup)
    }

    private static let two = "ReplicationGroupId=a&ReplicationGroupDescription=b&"

    @Test(arguments: [
        ("ReplicationGroupDescription=b", "ReplicationGroupId", QueryDecodingError.Reason.missing),
        ("ReplicationGroupId=&ReplicationGroupDescription=", "ReplicationGroupId", .missing),
        // What is missing is named before what is malformed.
        ("ReplicationGroupId=a&Port=x", "ReplicationGroupDescription", .missing),
        (two + "Port=x", "Port", .malformedInteger),
        (two + "MultiAZEnabled=maybe", "MultiAZEnabled", .malformedBoolean),
        (two + "NetworkType=ipv5", "NetworkType", .unknownValue(allowed: ["ipv4", "ipv6", "dual_stack"])),
        (
            two + "NodeGroupConfiguration.NodeGroupConfiguration.2.ReplicaCount=many",
            "NodeGroupConfiguration.NodeGroupConfiguration.2.ReplicaCount", .malformedInteger
        ),
        (two + "Tags.Tag.x.Key=k", "Tags.Tag.x.Key", .malformedListIndex),
        (two + "SecurityGroupIds=sg-1", "SecurityGroupIds", .malformedList),
        (
            two + "LogDeliveryConfigurations.member.3.LogFormat=xml", "LogDeliveryConfigurations.member.3.LogFormat",
            .unknownValue(allowed: ["text", "json"])
        ),
    ])
    func namesWhatItRefuses(form: String, parameter: String, reason: QueryDecodingError.Reason) {
        #expect(throws: QueryDecodingError(parameter, reason)) {
            try self.read(form, as: API.CreateReplicationGroupMessage.self)
        }
    }

    @Test func namesAListThatIsMissing() {
        #expect(throws: QueryDecodingError("SubnetIds", .missingList)) {
            try self.read(
                "CacheSubnetGroupName=a&CacheSubnetGroupDescription=b&SubnetIds=",
                as: API.CreateCacheSubnetGroupMessage.self
            )
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func readsTheLargestGroup() throws {
        let shards = (1...500).map { number in
            let shard = "&NodeGroupConfiguration.NodeGroupConfiguration.\(number)."
            return "\(shard)NodeGroupId=\(number)\(shard)Slots=\(number)\(shard)ReplicaCount=1"
                + "\(shard)PrimaryAvailabilityZone=a\(shard)ReplicaAvailabilityZones.AvailabilityZone.1=b"
        }
        let request: API.CreateReplicationGroupMessage = try self.read(Self.two + shards.joined())
        #expect(request.nodeGroupConfiguration?.count == 500)
        #expect(request.nodeGroupConfiguration?.map(\.nodeGroupId) == (1...500).map { "\($0)" })
    }
}
