import CacheModel
import Testing

@testable import ControlPlane

/// AddTagsToResource, RemoveTagsFromResource, ListTagsForResource.
@Suite struct TagsTests {
    private static let prefix = "arn:aws:elasticache:us-east-1:000000000000:"
    private static let group = "ResourceName=" + (prefix + "replicationgroup:g").escaped
    private static let second = "ResourceName=" + (prefix + "cluster:g-002").escaped

    private static func tagged() async throws -> Fixture {
        let fixture = try await Fixture()
        try await fixture.available("g", "NumCacheClusters=2&Tags.Tag.1.Key=a&Tags.Tag.1.Value=1&Tags.Tag.2.Key=b&Tags.Tag.2.Value=2")
        return fixture
    }

    private static func tags(_ reply: Reply) -> [String] { zip(reply.all("Key"), reply.all("Value")).map { "\($0)=\($1)" } }

    @Test func lists() async throws {
        let fixture = try await Self.tagged()
        #expect(Self.tags(try await fixture.call("ListTagsForResource", Self.group)) == ["a=1", "b=2"])
        #expect(Self.tags(try await fixture.call("ListTagsForResource", Self.second)) == ["a=1", "b=2"])
        try await fixture.available("plain")
        let none = try await fixture.call("ListTagsForResource", "ResourceName=" + (Self.prefix + "replicationgroup:plain").escaped)
        #expect(none.status == 200 && none.has("TagList") && none.all("Tag").isEmpty)
    }

    @Test func addsToAGroupAndItsMembers() async throws {
        let fixture = try await Self.tagged()
        let reply = try await fixture.call("AddTagsToResource", Self.group + "&Tags.Tag.1.Key=b&Tags.Tag.1.Value=3&Tags.Tag.2.Key=c")
        #expect(Self.tags(reply) == ["a=1", "b=3", "c="])
        #expect(Self.tags(try await fixture.call("ListTagsForResource", Self.second)) == ["a=1", "b=3", "c="])
    }

    @Test func addsToOneMember() async throws {
        let fixture = try await Self.tagged()
        let reply = try await fixture.call("AddTagsToResource", Self.second + "&Tags.Tag.1.Key=own&Tags.Tag.1.Value=x")
        #expect(Self.tags(reply) == ["a=1", "b=2", "own=x"])
        #expect(Self.tags(try await fixture.call("ListTagsForResource", Self.group)) == ["a=1", "b=2"])
        // What is the group's is taken from the member too, and what is its own stays.
        #expect(Self.tags(try await fixture.call("RemoveTagsFromResource", Self.group + "&TagKeys.member.1=a")) == ["b=2"])
        #expect(Self.tags(try await fixture.call("ListTagsForResource", Self.second)) == ["b=2", "own=x"])
    }

    /// A group's tags are all its members' too, or nobody's.
    @Test func aMemberWithoutRoomKeepsItsGroupFromBeingTagged() async throws {
        let fixture = try await Self.tagged()
        let full = (1...48).map { "Tags.Tag.\($0).Key=own\($0)" }.joined(separator: "&")
        try await fixture.call("AddTagsToResource", Self.second + "&" + full).expectSuccess()
        let before = try await fixture.records()
        let reply = try await fixture.call("AddTagsToResource", Self.group + "&Tags.Tag.1.Key=c")
        #expect(reply.code == "TagQuotaPerResourceExceeded" && reply.status == 400)
        #expect(reply.message.contains("Tags") && reply.message.contains("member") && reply.message.contains("51"), "\(reply.text)")
        #expect(try await fixture.records() == before)
        // What the member has already needs no room.
        try await fixture.call("AddTagsToResource", Self.group + "&Tags.Tag.1.Key=a&Tags.Tag.1.Value=new").expectSuccess()
        try await fixture.call("AddTagsToResource", Self.group + "&Tags.Tag.1.Key=own1").expectSuccess()
        #expect(fixture.group("g")?.tags.count == 3 && fixture.group("g")?.member("g-002")?.tags.count == 50)
        // With room it may.
        try await fixture.call("RemoveTagsFromResource", Self.second + "&TagKeys.member.1=own2").expectSuccess()
        try await fixture.call("AddTagsToResource", Self.group + "&Tags.Tag.1.Key=c").expectSuccess()
        #expect(fixture.group("g")?.members.map(\.tags.count) == [4, 50])
    }

    @Test(arguments: [
        ("AddTagsToResource", "&Tags.Tag.1.Key=x&Tags.Tag.2.Key=x", "InvalidParameterValue", "Tags.Tag.2.Key"),
        (
            "AddTagsToResource", "&" + (1...49).map { "Tags.Tag.\($0).Key=k\($0)" }.joined(separator: "&"), "TagQuotaPerResourceExceeded",
            "51"
        ),
        ("AddTagsToResource", "&Tags.Tag.1.Key=aws%3Ax", "InvalidParameterValue", "aws:"),
        ("AddTagsToResource", "", "InvalidParameterValue", "Tags"),
        ("RemoveTagsFromResource", "&TagKeys.member.1=a&TagKeys.member.2=nope", "TagNotFound", "nope"),
        ("RemoveTagsFromResource", "&TagKeys.member.1=A", "TagNotFound", "A"),
        ("RemoveTagsFromResource", "", "InvalidParameterValue", "TagKeys"),
    ])
    func refusesTags(action: String, form: String, code: String, text: String) async throws {
        let fixture = try await Self.tagged()
        let before = try await fixture.records()
        let reply = try await fixture.call(action, Self.group + form)
        #expect(reply.code == code && reply.message.contains(text), "\(reply.text)")
        #expect(try await fixture.records() == before)
    }

    @Test(arguments: [
        ("g", "InvalidARN", "7 components"),
        ("arn:aws:elasticache:us-east-1:000000000000:replicationgroup", "InvalidARN", "7 components"),
        (prefix + "replicationgroup:g:h", "InvalidARN", "7 components"),
        ("arn:aws-cn:elasticache:us-east-1:000000000000:replicationgroup:g", "InvalidARN", "partition"),
        ("arn:aws:s3:us-east-1:000000000000:replicationgroup:g", "InvalidARN", "service"),
        (prefix + "database:g", "InvalidARN", "database"),
        (prefix + "replicationgroup:", "InvalidARN", "name"),
        ("arn:aws:elasticache:eu-west-1:000000000000:replicationgroup:g", "InvalidParameterValue", "eu-west-1"),
        ("arn:aws:elasticache:us-east-1:111111111111:replicationgroup:g", "InvalidParameterValue", "111111111111"),
        (prefix + "replicationgroup:h", "ReplicationGroupNotFoundFault", "h is not present"),
        (prefix + "cluster:g-009", "CacheClusterNotFound", "g-009 is not present"),
        (prefix + "snapshot:s", "SnapshotNotFoundFault", "s is not present"),
        (prefix + "user:u", "UserNotFound", "u is not present"),
        (prefix + "parametergroup:p", "CacheParameterGroupNotFound", "p is not present"),
    ])
    func refusesResources(name: String, code: String, text: String) async throws {
        let fixture = try await Self.tagged()
        for (action, form) in [
            ("ListTagsForResource", ""), ("AddTagsToResource", "&Tags.Tag.1.Key=x"), ("RemoveTagsFromResource", "&TagKeys.member.1=a"),
        ] {
            let reply = try await fixture.call(action, "ResourceName=\(name.escaped)\(form)")
            #expect(reply.code == code && reply.message.contains(text), "\(action): \(reply.text)")
        }
    }

    @Test(arguments: [GroupStatus.creating, .modifying, .deleting, .createFailed])
    func onlyWhatIsAvailableIsTagged(status: GroupStatus) async throws {
        let fixture = try await Self.tagged()
        try await fixture.set("g", status)
        let reply = try await fixture.call("ListTagsForResource", Self.group)
        #expect(
            reply.code == "InvalidReplicationGroupState" && reply.message == "Cluster not in available state to perform tagging operations."
        )
        let member = try await fixture.call("ListTagsForResource", Self.second)
        #expect(member.code == "InvalidReplicationGroupState" && member.message == "Replication Group of g-002 is not available.")
    }
}
