import AWSProtocol
import Access
import CacheModel
import ElastiCacheAPI
import Foundation
import Testing

@testable import ControlPlane

@Suite struct AuthorisationTests {
    static let account = "123456789012"
    private static let prefix = "arn:aws:elasticache:us-east-1:\(account)"

    static func principal(_ statements: String? = nil, account: String = AuthorisationTests.account) throws -> Principal {
        let policy = try statements.map { try AccessPolicy(json: Data(#"{"Statement": \#($0)}"#.utf8)) }
        return Principal(
            AccessKey(id: "AKID", secret: "a-secret-of-some-length", account: account, user: "bob", created: Date(), policy: policy))
    }

    static func statement(_ effect: String, _ action: String, _ resource: String) -> String {
        #"{"Effect": "\#(effect)", "Action": "\#(action)", "Resource": "\#(resource)"}"#
    }

    /// The first resource that is not allowed tells what is asked about.
    private static func resource(of reply: Reply) -> String? {
        guard reply.code == "AccessDenied" else { return nil }
        return reply.message.components(separatedBy: " on resource: ").last?.components(separatedBy: " ").first
    }

    @Test func whatIsNotAllowedIsRefusedInTheRealServicesWordsAndLeavesNothing() async throws {
        let fixture = try await Fixture()
        let bob = try Self.principal(Self.statement("Allow", "elasticache:Describe*", "*"))
        let form = "ReplicationGroupId=Mine&ReplicationGroupDescription=d&CacheNodeType=cache.t3.micro"
        let reply = try await fixture.call("CreateReplicationGroup", form, principal: bob)
        #expect(reply.code == "AccessDenied" && reply.status == 403)
        #expect(
            reply.message == "User: arn:aws:iam::\(Self.account):user/bob is not authorized to perform: elasticache:CreateReplicationGroup "
                + "on resource: \(Self.prefix):replicationgroup:mine because no identity-based policy allows the "
                + "elasticache:CreateReplicationGroup action")
        #expect(fixture.world.read { $0.groups.isEmpty && $0.clusterIDs.values.allSatisfy(\.isEmpty) })
    }

    @Test func anExplicitDenyWins() async throws {
        let bob = try Self.principal(
            "[\(Self.statement("Allow", "*", "*")), \(Self.statement("Deny", "elasticache:Delete*", "\(Self.prefix):replicationgroup:prod-*"))]"
        )
        let fixture = try await Fixture()
        for name in ["prod-1", "PROD-1"] {
            let reply = try await fixture.call("DeleteReplicationGroup", "ReplicationGroupId=\(name)", principal: bob)
            #expect(reply.code == "AccessDenied" && reply.message.hasSuffix("with an explicit deny in an identity-based policy"))
        }
        #expect(
            try await fixture.call("DeleteReplicationGroup", "ReplicationGroupId=test", principal: bob).code
                == "ReplicationGroupNotFoundFault")
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let call: String
        let resources: [String]

        init(_ call: String, _ resources: String...) { (self.call, self.resources) = (call, resources) }

        var testDescription: String { call }
    }

    static let cases = [
        Case("DescribeReplicationGroups", "replicationgroup:*"),
        Case("DescribeReplicationGroups&ReplicationGroupId=A", "replicationgroup:a"),
        // A parameter that the operation does not have names nothing: else it would open what it does not close.
        Case("DescribeCacheClusters&ReplicationGroupId=mine", "cluster:*"), Case("DescribeCacheClusters&CacheClusterId=c", "cluster:c"),
        Case("DescribeEvents&SourceIdentifier=a", "*"), Case("DescribeEvents&ReplicationGroupId=mine", "*"),
        Case("DescribeEvents&SourceIdentifier=A&SourceType=cache-cluster", "cluster:a"),
        Case("DescribeEvents&SourceIdentifier=A&SourceType=other", "*"), Case("DescribeEvents&SourceType=user", "*"),
        // Nor does what the operation reads over: something beneath a name, or beneath an item of a list.
        Case("DescribeReplicationGroups&ReplicationGroupId.x=mine", "replicationgroup:*"),
        Case("DescribeReplicationGroups&ReplicationGroupId.=mine", "replicationgroup:*"),
        Case("DescribeReplicationGroups&ReplicationGroupId.member.1=mine", "replicationgroup:*"),
        Case("DescribeReplicationGroups&ReplicationGroupId=a&ReplicationGroupId.x=mine", "replicationgroup:a"),
        Case("DescribeCacheParameterGroups&CacheParameterGroupName.=mine", "parametergroup:*"),
        Case("PurchaseReservedCacheNodesOffering&ReservedCacheNodeId.x=mine", "reserved-instance:*"),
        Case("DescribeEvents&SourceIdentifier.x=mine&SourceType=replication-group", "*"),
        Case("ListTagsForResource&ResourceName.x=arn:aws:elasticache:us-east-1:123456789012:snapshot:s", "*"),
        Case("DescribeUpdateActions&ReplicationGroupIds.member.1.x=mine", "*"),
        Case("DescribeUpdateActions&ReplicationGroupIds.member.1=", "*"),
        Case("DescribeUpdateActions&ReplicationGroupIds.=&CacheClusterIds.1=c", "cluster:c"),
        Case("DescribeUpdateActions&ReplicationGroupIds.2=b&ReplicationGroupIds.1=a", "replicationgroup:a", "replicationgroup:b"),
        Case("DecreaseReplicaCount&ReplicationGroupId=g&ReplicasToRemove.member.1=G-002", "replicationgroup:g", "cluster:g-002"),
        Case("DescribeCacheEngineVersions", "*"), Case("DescribeServiceUpdates", "*"),
        Case("DescribeCacheParameters&CacheParameterGroupName=P", "parametergroup:p"),
        Case("BatchApplyUpdateAction&ReplicationGroupIds.member.1=g&ServiceUpdateName=u", "replicationgroup:g"),
        Case("BatchApplyUpdateAction&CacheClusterIds.CacheClusterIds.1=c&ServiceUpdateName=u", "cluster:c"),
        Case("PurchaseReservedCacheNodesOffering&ReplicationGroupId=mine", "reserved-instance:*"),
        Case("CreateUserGroup&UserGroupId=G&UserIds.member.1=U&UserIds.member.2=v", "usergroup:g", "user:u", "user:v"),
        Case("ListTagsForResource&ResourceName=arn:aws:elasticache:us-east-1:123456789012:snapshot:S", "snapshot:s"),
        Case("CreateCacheCluster&CacheClusterId=c", "cluster:c"),
    ]

    @Test(arguments: cases)
    func aRequestIsAskedAboutWithWhatItNames(example: Case) throws {
        let named = try RequestedResources.named(in: try Self.context(example.call))
        #expect(named == example.resources.map { $0 == "*" ? "*" : "\(Self.prefix):\($0)" })
    }

    /// What the operation would refuse is not taken for a list without items.
    @Test(arguments: ["=mine", ".member.x=mine", ".1=a&UserIds.member.1=b"])
    func aListThatCantBeReadIsRefused(items: String) throws {
        let context = try Self.context("CreateUserGroup&UserGroupId=g&UserIds\(items)")
        #expect(throws: ServiceFault.self) { try RequestedResources.named(in: context) }
    }

    private static func context(_ call: String) throws -> RequestContext {
        RequestContext(
            realm: Realm(region: "us-east-1", account: account), region: try #require(Region("us-east-1")), requestID: "r",
            now: Fixture.start, parameters: try QueryParameters(parsing: "Action=\(call)"))
    }

    /// All that a request names has to be allowed.
    @Test func everyResourceCounts() async throws {
        let own = Self.statement("Allow", "*", "\(Self.prefix):replicationgroup:mine")
        let fixture = try await Fixture()
        let form = "ReplicationGroupId=mine&ReplicationGroupDescription=d&CacheNodeType=cache.t3.micro&NumCacheClusters=1"
        let refused = try await fixture.call(
            "CreateReplicationGroup", form + "&CacheParameterGroupName=default.redis7", principal: try Self.principal(own))
        #expect(Self.resource(of: refused) == "\(Self.prefix):parametergroup:default.redis7")
        #expect(try await fixture.call("CreateReplicationGroup", form, principal: try Self.principal(own)).status == 200)
    }

    @Test(arguments: ["replicationgroup:PROD", "replicationgroup:prod"])
    func anARNIsTheSameInAnyCase(name: String) async throws {
        let bob = try Self.principal(
            "[\(Self.statement("Allow", "*", "*")), \(Self.statement("Deny", "*", "\(Self.prefix):replicationgroup:prod"))]")
        let reply = try await (try await Fixture()).call("ListTagsForResource", "ResourceName=\(Self.prefix):\(name)", principal: bob)
        #expect(Self.resource(of: reply) == "\(Self.prefix):replicationgroup:prod")
    }

    @Test func aKeyWithoutAPolicyMayDoEverythingInItsAccountAndSeesNoOther() async throws {
        let fixture = try await Fixture()
        let alice = try Self.principal()
        let form = "ReplicationGroupId=g&ReplicationGroupDescription=d&CacheNodeType=cache.t3.micro"
        #expect(try await fixture.call("CreateReplicationGroup", form, principal: alice).status == 200)
        #expect(fixture.world.read { $0.groups.keys.map(\.realm.account) } == [Self.account])
        let other = try Self.principal(account: "210987654321")
        let reply = try await fixture.call("DescribeReplicationGroups", "ReplicationGroupId=g", principal: other)
        #expect(reply.code == "ReplicationGroupNotFoundFault")
    }

    /// The account is the key's, whatever its id looks like.
    @Test func anIdOfTwelveDigitsIsNoAccountOnceKeysAreKept() async throws {
        let fixture = try await Fixture()
        let form = "ReplicationGroupId=g&ReplicationGroupDescription=d&CacheNodeType=cache.t3.micro"
        _ = try await fixture.call(
            "CreateReplicationGroup", form, region: "us-east-1", accessKey: "999999999999", principal: try Self.principal())
        #expect(fixture.world.read { $0.groups.keys.map(\.realm.account) } == [Self.account])
    }

    @Test func theTableSpeaksOfOperationsAndParametersThatThereAre() {
        for (operation, naming) in NamedResources.byOperation {
            #expect(API.operationNames.contains(operation))
            for parameter in naming.parameters {
                #expect(NamedResources.types[parameter] != nil || [NamedResources.arn, NamedResources.eventSource].contains(parameter))
            }
        }
        let used = NamedResources.byOperation.values.reduce(into: Set<String>()) { $0.formUnion($1.parameters) }
        #expect(Set(NamedResources.types.keys).isSubset(of: used))
        #expect(NamedResources.lists.isSubset(of: NamedResources.types.keys))
        #expect(Set(NamedResources.eventSources.keys) == Set(API.SourceType.allCases.map(\.rawValue)))
    }
}
