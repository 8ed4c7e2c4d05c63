import AWSProtocol
import ElastiCacheAPI
import Foundation
import Testing

@Suite struct ResponseTests {
    private func xml(_ value: some XMLEncodable) -> String {
        var writer = XMLWriter()
        value.encode(to: &writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    @Test func writesAGroupBeingCreated() {
        let group = API.ReplicationGroup(
            replicationGroupId: "my-redis-rg",
            description: "<a> & b",
            status: "creating",
            pendingModifiedValues: API.ReplicationGroupPendingModifiedValues(),
            memberClusters: ["my-redis-rg-001", "my-redis-rg-002"],
            automaticFailover: .enabling,
            multiAZ: .disabled,
            snapshotRetentionLimit: 30,
            clusterEnabled: false,
            arn: "arn:aws:elasticache:us-east-1:000000000000:replicationgroup:my-redis-rg",
            logDeliveryConfigurations: [],
            replicationGroupCreateTime: Date(timeIntervalSince1970: 1_684_779_738.202),
            networkType: .ipv4
        )
        let document = API.envelope.success(
            API.Operations.CreateReplicationGroup.self,
            API.CreateReplicationGroupResult(replicationGroup: group),
            requestID: "5d0a"
        )
        #expect(
            String(decoding: document, as: UTF8.self)
                == "<CreateReplicationGroupResponse xmlns=\"http://elasticache.amazonaws.com/doc/2015-02-02/\">"
                + "<CreateReplicationGroupResult><ReplicationGroup>"
                + "<ReplicationGroupId>my-redis-rg</ReplicationGroupId><Description>&lt;a&gt; &amp; b</Description>"
                + "<Status>creating</Status><PendingModifiedValues></PendingModifiedValues>"
                + "<MemberClusters><ClusterId>my-redis-rg-001</ClusterId><ClusterId>my-redis-rg-002</ClusterId>"
                + "</MemberClusters><AutomaticFailover>enabling</AutomaticFailover><MultiAZ>disabled</MultiAZ>"
                + "<SnapshotRetentionLimit>30</SnapshotRetentionLimit><ClusterEnabled>false</ClusterEnabled>"
                + "<ARN>arn:aws:elasticache:us-east-1:000000000000:replicationgroup:my-redis-rg</ARN>"
                + "<LogDeliveryConfigurations/>"
                + "<ReplicationGroupCreateTime>2023-05-22T18:22:18.202Z</ReplicationGroupCreateTime>"
                + "<NetworkType>ipv4</NetworkType></ReplicationGroup></CreateReplicationGroupResult>"
                + "<ResponseMetadata><RequestId>5d0a</RequestId></ResponseMetadata></CreateReplicationGroupResponse>"
        )
    }

    @Test func writesNestedLists() {
        let member = API.NodeGroupMember(
            cacheClusterId: "rg-0001-001",
            cacheNodeId: "0001",
            readEndpoint: API.Endpoint(address: "127.64.0.1", port: 6379)
        )
        let page = API.ReplicationGroupMessage(replicationGroups: [
            API.ReplicationGroup(nodeGroups: [
                API.NodeGroup(nodeGroupId: "0001", nodeGroupMembers: [member]), API.NodeGroup(nodeGroupMembers: []),
            ])
        ])
        #expect(
            self.xml(page) == "<ReplicationGroups><ReplicationGroup><NodeGroups><NodeGroup><NodeGroupId>0001</NodeGroupId>"
                + "<NodeGroupMembers><NodeGroupMember><CacheClusterId>rg-0001-001</CacheClusterId>"
                + "<CacheNodeId>0001</CacheNodeId><ReadEndpoint><Address>127.64.0.1</Address><Port>6379</Port></ReadEndpoint>"
                + "</NodeGroupMember></NodeGroupMembers></NodeGroup><NodeGroup><NodeGroupMembers/></NodeGroup></NodeGroups>"
                + "</ReplicationGroup></ReplicationGroups>"
        )
    }

    /// Lists whose model names no item are written as `member`, a name on the list's own shape notwithstanding.
    @Test func namesItemsAsTheModelDoes() {
        #expect(self.xml(API.TagListMessage(tagList: [API.Tag(key: "k", value: "")])).hasPrefix("<TagList><Tag><Key>k</Key>"))
        #expect(
            self.xml(API.UserGroup(userIds: ["default"])) == "<UserIds><member>default</member></UserIds>"
        )
        #expect(
            self.xml(
                API.ReplicationGroupPendingModifiedValues(
                    resharding: API.ReshardingStatus(slotMigration: API.SlotMigration(progressPercentage: 12.5)),
                    logDeliveryConfigurations: [API.PendingLogDeliveryConfiguration(logFormat: .json)]
                )
            ) == "<Resharding><SlotMigration><ProgressPercentage>12.5</ProgressPercentage></SlotMigration></Resharding>"
                + "<LogDeliveryConfigurations><member><LogFormat>json</LogFormat></member></LogDeliveryConfigurations>"
        )
        #expect(
            self.xml(API.CacheCluster(cacheSecurityGroups: [API.CacheSecurityGroupMembership(status: "active")]))
                == "<CacheSecurityGroups><CacheSecurityGroup><Status>active</Status></CacheSecurityGroup></CacheSecurityGroups>"
        )
    }

    /// A shape that requests and responses share comes back as it went.
    @Test func sharedShapesAgree() throws {
        let sent = API.NodeGroupConfiguration(nodeGroupId: "0001", replicaCount: 2, replicaAvailabilityZones: ["a", "b"])
        let form = "NodeGroupId=0001&ReplicaCount=2&ReplicaAvailabilityZones.m.1=a&ReplicaAvailabilityZones.m.2=b"
        let read = try API.NodeGroupConfiguration(from: QueryDecoder(try QueryParameters(parsing: form)))
        #expect(read == sent)
        #expect(
            self.xml(sent) == "<NodeGroupId>0001</NodeGroupId><ReplicaCount>2</ReplicaCount><ReplicaAvailabilityZones>"
                + "<AvailabilityZone>a</AvailabilityZone><AvailabilityZone>b</AvailabilityZone></ReplicaAvailabilityZones>"
        )
    }
}
