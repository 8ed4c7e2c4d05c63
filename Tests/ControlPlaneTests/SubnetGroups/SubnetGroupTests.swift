import CacheModel
import Testing

@testable import ControlPlane

/// The four operations on subnet groups (specification 8.4).
@Suite struct SubnetGroupTests {
    @Test func aGroupIsMadeAndDescribed() async throws {
        let fixture = try await SampleNetwork.fixture()
        let made = try await fixture.makeSubnetGroup("Mine", "x", "z", "x", form: "Tags.Tag.1.Key=k&Tags.Tag.1.Value=v")
        made.expectSuccess()
        let found = try await fixture.call("DescribeCacheSubnetGroups", "CacheSubnetGroupName=MINE")
        for reply in [made, found] {
            #expect(reply.first("CacheSubnetGroupName") == "mine" && reply.first("CacheSubnetGroupDescription") == "d")
            #expect(reply.first("VpcId") == "vpc-other")
            #expect(reply.all("SubnetIdentifier") == ["subnet-x", "subnet-z"], "once each, in order")
            #expect(reply.all("Name") == ["us-east-1d", "us-east-1d"] && !reply.has("SubnetOutpostArn"))
            #expect(reply.first("ARN") == "arn:aws:elasticache:us-east-1:000000000000:subnetgroup:mine")
        }
        #expect(fixture.world.read { $0.resource(SubnetGroup.self, "mine", in: Fixture.home) }?.tags == [Tag(key: "k", value: "v")])
    }

    @Test func everyAccountWithADefaultVPCHasADefaultGroup() async throws {
        let named = try await SampleNetwork.fixture()
        let reply = try await named.call("DescribeCacheSubnetGroups", "CacheSubnetGroupName=default")
        #expect(reply.first("CacheSubnetGroupDescription") == "Default CacheSubnetGroup" && reply.first("VpcId") == "vpc-main")
        #expect(reply.all("SubnetIdentifier") == ["a", "b", "c", "a2", "6"].map { "subnet-\($0)" }, "not those on Outposts")
        #expect(try await named.records().isEmpty, "it is no record")
        let elsewhere = try await named.call("DescribeCacheSubnetGroups", region: "eu-west-1")
        #expect(elsewhere.status == 200 && elsewhere.all("CacheSubnetGroupName").isEmpty)

        let divided = try await Fixture().call("DescribeCacheSubnetGroups")
        #expect(divided.all("CacheSubnetGroupName") == ["default"] && divided.all("SubnetIdentifier").count == 6)
        #expect(Set(divided.all("Name")) == Set(try #require(Region("us-east-1")).zones))
    }

    @Test func theyAreListedByNameAndPaged() async throws {
        let fixture = try await SampleNetwork.fixture()
        for number in 10..<32 { try await fixture.makeSubnetGroup("g\(number)", "x").expectSuccess() }
        let first = try await fixture.call("DescribeCacheSubnetGroups", "MaxRecords=20")
        #expect(first.all("CacheSubnetGroupName") == ["default"] + (10..<29).map { "g\($0)" })
        let marker = try #require(first.marker)
        let second = try await fixture.call("DescribeCacheSubnetGroups", "MaxRecords=20&Marker=\(marker.escaped)")
        #expect(second.all("CacheSubnetGroupName") == (29..<32).map { "g\($0)" } && second.marker == nil)
        let other = try await fixture.call("DescribeCacheSubnetGroups", region: "us-east-1", accessKey: "111111111111")
        #expect(other.all("CacheSubnetGroupName") == ["default"], "accounts do not see each other's")
    }

    static let refusals: [(action: String, form: String, code: String, text: String)] = [
        ("Create", "SubnetIds.member.1=subnet-x", "InvalidParameterValue", "The parameter CacheSubnetGroupName must be provided"),
        ("Create", "CacheSubnetGroupName=n", "InvalidParameterValue", "The parameter SubnetIds must be provided."),
        ("Create", "CacheSubnetGroupName=n&SubnetIds.member.1=", "InvalidParameterValue", "The parameter SubnetIds must be provided."),
        (
            "Create", "CacheSubnetGroupName=a_b&SubnetIds.member.1=subnet-x", "InvalidParameterValue",
            "The parameter CacheSubnetGroupName is not a valid identifier. Identifiers must begin with a letter;"
        ),
        (
            "Create", "CacheSubnetGroupName=\(String(repeating: "n", count: 256))&SubnetIds.member.1=subnet-x", "InvalidParameterValue",
            "longer than 255 characters"
        ),
        (
            "Create", "CacheSubnetGroupName=n&SubnetIds.member.1=subnet-x&SubnetIds.member.2=subnet-none", "InvalidParameterValue",
            "Some input subnets in :[subnet-x, subnet-none] are invalid."
        ),
        (
            "Create", "CacheSubnetGroupName=n&SubnetIds.member.1=subnet-x&SubnetIds.member.2=subnet-a", "InvalidSubnet",
            "Subnets subnet-x and subnet-a are not in the same VPC."
        ),
        (
            "Create", "CacheSubnetGroupName=n&SubnetIds.member.1=subnet-a&SubnetIds.member.2=subnet-out", "SubnetNotAllowedFault",
            "Subnets subnet-a and subnet-out"
        ),
        (
            "Create", "CacheSubnetGroupName=HAVE&SubnetIds.member.1=subnet-x", "CacheSubnetGroupAlreadyExists",
            "Cache subnet group have already exists."
        ),
        (
            "Create", "CacheSubnetGroupName=Default&SubnetIds.member.1=subnet-x", "CacheSubnetGroupAlreadyExists",
            "Cache subnet group default already exists."
        ),
        ("Create", "CacheSubnetGroupName=n&SubnetIds.member.1=subnet-x&Tags.Tag.1.Key=aws:k", "InvalidParameterValue", "Tags.Tag.1.Key"),
        ("Modify", "CacheSubnetGroupName=have", "InvalidParameterValue", "No modifications were requested."),
        ("Modify", "CacheSubnetGroupName=none&CacheSubnetGroupDescription=x", "CacheSubnetGroupNotFoundFault", "Cache Subnet Group none"),
        ("Modify", "CacheSubnetGroupName=default&CacheSubnetGroupDescription=x", "InvalidParameterValue", "can not be modified"),
        ("Modify", "CacheSubnetGroupName=have&SubnetIds.member.1=subnet-a", "InvalidSubnet", "are not in the same Vpc"),
        ("Modify", "CacheSubnetGroupName=have&SubnetIds.member.1=subnet-0", "InvalidParameterValue", "Some input subnets in :[subnet-0]"),
        ("Delete", "CacheSubnetGroupName=none", "CacheSubnetGroupNotFoundFault", "Cache Subnet Group none does not exist"),
        ("Delete", "CacheSubnetGroupName=default", "InvalidParameterValue", "can not be deleted"),
    ]

    @Test(arguments: refusals.indices)
    func refuses(index: Int) async throws {
        let refusal = Self.refusals[index]
        let fixture = try await SampleNetwork.fixture()
        try await fixture.makeSubnetGroup("have", "x", "y").expectSuccess()
        let description = refusal.action == "Create" ? "CacheSubnetGroupDescription=d&" : ""
        try await fixture.expectRefusal("\(refusal.action)CacheSubnetGroup", description + refusal.form, refusal.code, refusal.text)
    }

    @Test func aMissingGroupIsAFaultOfThatCode() async throws {
        let reply = try await SampleNetwork.fixture().call("DescribeCacheSubnetGroups", "CacheSubnetGroupName=none")
        #expect(reply.code == "CacheSubnetGroupNotFoundFault" && reply.status == 400)
    }

    @Test func quotas() async throws {
        let subnets = try (0..<21).map { number in
            Subnet(
                id: "subnet-\(number)", zone: "us-east-1a",
                ranges: AddressRanges(ipv4: .range(try IPv4Network(parsing: "127.32.\(number).0/24"))))
        }
        let vpc = VPC(
            id: "vpc-1", region: "us-east-1", isDefault: true, endpoints: AddressRanges(), subnets: subnets,
            securityGroups: [.open(vpc: "vpc-1")])
        let fixture = try await Fixture(layout: NetworkLayout(vpcs: [vpc]))
        let ids = { (count: Int) in (0..<count).map { "&SubnetIds.member.\($0 + 1)=subnet-\($0)" }.joined() }
        let form = "CacheSubnetGroupDescription=d&CacheSubnetGroupName="
        try await fixture.expectRefusal("CreateCacheSubnetGroup", form + "n" + ids(21), "CacheSubnetQuotaExceededFault", "at most 20")
        for number in 0..<300 { try await fixture.call("CreateCacheSubnetGroup", form + "n\(number)" + ids(20)).expectSuccess() }
        try await fixture.expectRefusal("CreateCacheSubnetGroup", form + "more" + ids(1), "CacheSubnetGroupQuotaExceeded", "at most 300")
    }

    @Test func aGroupIsModifiedAndDeleted() async throws {
        let fixture = try await SampleNetwork.fixture()
        try await fixture.makeSubnetGroup("g", "x").expectSuccess()
        let form = "CacheSubnetGroupName=g&CacheSubnetGroupDescription=other&SubnetIds.member.1=subnet-y&SubnetIds.member.2=subnet-z"
        let reply = try await fixture.call("ModifyCacheSubnetGroup", form)
        #expect(reply.first("CacheSubnetGroupDescription") == "other" && reply.all("SubnetIdentifier") == ["subnet-y", "subnet-z"])
        try await fixture.call("ModifyCacheSubnetGroup", "CacheSubnetGroupName=g&SubnetIds.member.1=subnet-x").expectSuccess()
        let kept = try #require(fixture.world.read { $0.resource(SubnetGroup.self, "g", in: Fixture.home) })
        #expect(kept.description == "other" && kept.subnets == ["subnet-x"])
        try await fixture.call("DeleteCacheSubnetGroup", "CacheSubnetGroupName=G").expectSuccess()
        #expect(try await fixture.records().isEmpty)
    }
}
