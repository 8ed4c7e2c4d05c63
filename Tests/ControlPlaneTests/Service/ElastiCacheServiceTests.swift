import AWSProtocol
import CacheModel
import ElastiCacheAPI
import Testing

@testable import ControlPlane

@Suite struct ElastiCacheServiceTests {
    @Test(arguments: [
        ("", "MissingAction", 400, "Action"),
        ("Action=", "MissingAction", 400, "Action"),
        ("Action=Nonsense", "InvalidAction", 400, "Nonsense"),
        ("Action=describereplicationgroups", "InvalidAction", 400, "describereplicationgroups"),
        ("Action=DescribeReplicationGroups&Version=2012-11-15", "InvalidAction", 400, "2012-11-15"),
        ("Action=CopySnapshot&Version=2015-02-02", "NotImplemented", 501, "CopySnapshot"),
        ("Action=CreateSnapshot&ReplicationGroupId=g&SnapshotName=s", "NotImplemented", 501, "CreateSnapshot"),
        ("Action=%3Cscript%3E", "InvalidAction", 400, "&lt;script&gt;"),
    ])
    func refuses(form: String, code: String, status: Int, text: String) async throws {
        let reply = Reply(await (try await Fixture()).service.answer(try QueryParameters(parsing: form), from: Caller(scope: nil)))
        #expect(reply.code == code && reply.status == status && reply.message.contains(text), "\(reply.text)")
    }

    @Test(arguments: ["Action=DescribeReplicationGroups", "Action=DescribeReplicationGroups&Version="])
    func theVersionMayBeLeftOut(form: String) async throws {
        let fixture = try await Fixture()
        #expect(await fixture.service.answer(try QueryParameters(parsing: form), from: Caller(scope: nil)).status == 200)
    }

    /// What is not served says so, and names itself.
    @Test func everyOperationIsAnswered() async throws {
        let fixture = try await Fixture()
        for name in API.operationNames where !ElastiCacheService.servedOperations.contains(name) {
            let reply = try await fixture.call(name)
            #expect(reply.code == "NotImplemented" && reply.message.contains(name))
        }
    }

    @Test func documentsAreInTheServicesEnvelope() async throws {
        let fixture = try await Fixture()
        let answer = await fixture.service.answer(
            try QueryParameters(parsing: "Action=DescribeReplicationGroups"), from: Caller(scope: nil))
        let text = String(decoding: answer.body, as: UTF8.self)
        #expect(text.contains("<DescribeReplicationGroupsResponse xmlns=\"http://elasticache.amazonaws.com/doc/2015-02-02/\">"))
        #expect(text.contains("<DescribeReplicationGroupsResult>") && text.contains("<RequestId>\(answer.requestID)</RequestId>"))
        let fault = await fixture.service.answer(try QueryParameters(parsing: "Action=x"), from: Caller(scope: nil))
        let document = String(decoding: fault.body, as: UTF8.self)
        #expect(document.contains("<ErrorResponse xmlns=") && document.contains("<RequestId>\(fault.requestID)</RequestId>"))
        #expect(fault.requestID != answer.requestID)
    }

    // MARK: Worlds

    @Test func everyRegionIsAWorldOfItsOwn() async throws {
        let fixture = try await Fixture()
        try await fixture.create("g")
        let other = try await fixture.create("g", "NumCacheClusters=2", region: "eu-west-1")
        #expect(other.status == 200 && other.first("ARN") == "arn:aws:elasticache:eu-west-1:000000000000:replicationgroup:g")
        #expect(
            fixture.group("g")?.members.count == 1
                && fixture.group("g", region: "eu-west-1")?.members.map(\.zone) == ["eu-west-1a", "eu-west-1b"])
        #expect(try await fixture.call("DescribeReplicationGroups", region: "eu-west-1").all("ClusterId").count == 2)
        #expect(try await fixture.call("DescribeReplicationGroups", region: "us-west-2").all("ReplicationGroup").isEmpty)
        #expect(try await fixture.call("DescribeCacheClusters", "CacheClusterId=g-002").code == "CacheClusterNotFound")
    }

    @Test func anAccessKeyOfTwelveDigitsIsAnAccount() async throws {
        let fixture = try await Fixture()
        try await fixture.create("g", region: "us-east-1")
        let form = "ReplicationGroupId=g&ReplicationGroupDescription=d&CacheNodeType=cache.t3.micro"
        let other = try await fixture.call("CreateReplicationGroup", form, region: "us-east-1", accessKey: "123456789012")
        #expect(other.first("ARN") == "arn:aws:elasticache:us-east-1:123456789012:replicationgroup:g")
        #expect(
            try await fixture.call("CreateReplicationGroup", form, region: "us-east-1", accessKey: "AKIAIOSFODNN7EXAMPLE").code
                == "ReplicationGroupAlreadyExists")
        // Both lie in the region's slice of the network, at addresses of their own.
        #expect(fixture.world.read { $0.addresses.count } == 6 && fixture.world.read { $0.regions.value.count } == 1)
    }

    @Test func partitionsShowInNames() async throws {
        let reply = try await Fixture().create("g", region: "cn-north-1")
        #expect(reply.first("ARN") == "arn:aws-cn:elasticache:cn-north-1:000000000000:replicationgroup:g")
    }

    @Test(arguments: ["mars", "us-east", "us-east-1-2-3-4", "1-2-3"])
    func whatIsNoRegionIsRefused(region: String) async throws {
        let reply = try await Fixture().call("DescribeReplicationGroups", region: region)
        #expect(reply.code == "InvalidParameterValue" && reply.message.contains(region))
    }
}
