import CacheModel
import Testing

@testable import ControlPlane

/// Tags of what is no group and no cluster.
@Suite struct TagsOfResourcesTests {
    private static let prefix = "arn:aws:elasticache:us-east-1:000000000000:"
    private static let tags = [CacheModel.Tag(key: "a", value: "1")]

    private static func name(_ resource: String) -> String { "ResourceName=" + (prefix + resource).escaped }

    private static func tags(_ reply: Reply) -> [String] { zip(reply.all("Key"), reply.all("Value")).map { "\($0)=\($1)" } }

    private static func stocked() async throws -> Fixture {
        let fixture = try await Fixture()
        try await fixture.world.transact { draft in
            try draft.put(ParameterGroup(realm: Fixture.home, name: "mine", family: "redis7", description: "d", tags: tags))
            try draft.put(SubnetGroup(realm: Fixture.home, name: "mine", description: "d", vpc: "vpc-1", subnets: [], tags: tags))
        }
        return fixture
    }

    @Test(arguments: ["parametergroup:mine", "subnetgroup:mine", "subnetgroup:MINE"])
    func areListedAddedAndRemoved(resource: String) async throws {
        let fixture = try await Self.stocked()
        let name = Self.name(resource)
        #expect(Self.tags(try await fixture.call("ListTagsForResource", name)) == ["a=1"])
        let added = try await fixture.call("AddTagsToResource", name + "&Tags.Tag.1.Key=b&Tags.Tag.2.Key=a&Tags.Tag.2.Value=2")
        #expect(Self.tags(added) == ["a=2", "b="])
        #expect(Self.tags(try await fixture.call("RemoveTagsFromResource", name + "&TagKeys.member.1=a")) == ["b="])
        #expect(Self.tags(try await fixture.call("ListTagsForResource", name)) == ["b="])
        try await fixture.expectRefusal("RemoveTagsFromResource", name + "&TagKeys.member.1=a", "TagNotFound", "a")
        let many = (1...50).map { "&Tags.Tag.\($0).Key=k\($0)" }.joined()
        try await fixture.expectRefusal("AddTagsToResource", name + many, "TagQuotaPerResourceExceeded", "51")
    }

    /// The kinds don't share their names.
    @Test func oneKindsTagsAreNotAnothers() async throws {
        let fixture = try await Self.stocked()
        try await fixture.call("AddTagsToResource", Self.name("subnetgroup:mine") + "&Tags.Tag.1.Key=b").expectSuccess()
        #expect(Self.tags(try await fixture.call("ListTagsForResource", Self.name("parametergroup:mine"))) == ["a=1"])
    }

    @Test func aDefaultParameterGroupHasNone() async throws {
        let fixture = try await Fixture()
        for group in ["default.redis7", "default.valkey8.cluster.on"] {
            let name = Self.name("parametergroup:\(group)")
            let listed = try await fixture.call("ListTagsForResource", name)
            #expect(listed.status == 200 && listed.all("Tag").isEmpty)
            try await fixture.expectRefusal(
                "AddTagsToResource", name + "&Tags.Tag.1.Key=b", "InvalidParameterValue", "\(group) is a default group")
        }
        try await fixture.expectRefusal(
            "AddTagsToResource", Self.name("parametergroup:default.redis99") + "&Tags.Tag.1.Key=b", "CacheParameterGroupNotFound",
            "default.redis99 is not present")
    }

    @Test func theDefaultSubnetGroupKeepsItsTags() async throws {
        let fixture = try await Fixture()
        let name = Self.name("subnetgroup:default")
        #expect(Self.tags(try await fixture.call("ListTagsForResource", name)) == [])
        try await fixture.call("AddTagsToResource", name + "&Tags.Tag.1.Key=b&Tags.Tag.1.Value=1").expectSuccess()
        let again = try await Fixture(store: fixture.store)
        #expect(Self.tags(try await again.call("ListTagsForResource", name)) == ["b=1"])
        #expect(Self.tags(try await again.call("RemoveTagsFromResource", name + "&TagKeys.member.1=b")) == [])
    }

    @Test(arguments: [
        ("parametergroup:other", "CacheParameterGroupNotFound"), ("subnetgroup:other", "CacheSubnetGroupNotFoundFault"),
        ("securitygroup:s", "CacheSecurityGroupNotFound"), ("reserved-instance:r", "ReservedCacheNodeNotFound"),
        ("usergroup:u", "UserGroupNotFound"), ("serverlesscache:c", "ServerlessCacheNotFoundFault"),
    ])
    func nothingThere(resource: String, code: String) async throws {
        let fixture = try await Self.stocked()
        let reply = try await fixture.call("ListTagsForResource", Self.name(resource))
        #expect(reply.code == code && reply.message.hasSuffix(" is not present"))
    }
}
