import CacheModel
import Testing

@testable import ControlPlane

@Suite struct UserGroupsTests {
    private static let combination = "InvalidParameterCombination"
    private static let value = "InvalidParameterValue"

    /// Users of every kind, and a redis group `g` of the account's default user and `ann`.
    private static func fixture() async throws -> Fixture {
        var quotas = Quotas()
        quotas.usersPerGroup = 3
        let fixture = try await Fixture(quotas: quotas)
        try await fixture.makeUser("ann")
        try await fixture.makeUser("namesake", name: "ann")
        try await fixture.makeUser("bob")
        try await fixture.makeUser("cleo")
        try await fixture.makeUser("own", name: "default")
        try await fixture.makeUser("open", "NoPasswordRequired=true")
        try await fixture.makeUser("vik", engine: "valkey")
        try await fixture.makeUserGroup("g", "default", "ann")
        return fixture
    }

    @Test func created() async throws {
        let fixture = try await Self.fixture()
        let reply = try await fixture.call("CreateUserGroup", "UserGroupId=New&Engine=Redis&UserIds.member.1=Own&UserIds.member.2=bob")
        for (element, value) in [
            "UserGroupId": "new", "Status": "creating", "Engine": "redis", "MinimumEngineVersion": "6.0",
            "ARN": "arn:aws:elasticache:us-east-1:000000000000:usergroup:new",
        ] {
            #expect(reply.first(element) == value, "\(element): \(reply.text)")
        }
        #expect(reply.all("member") == ["own", "bob"] && reply.has("ReplicationGroups") && !reply.has("PendingChanges"))
        try await fixture.keepUsers()
        let described = try await fixture.call("DescribeUserGroups", "UserGroupId=NEW")
        #expect(described.first("Status") == "active")
        #expect(try await fixture.call("DescribeUsers", "UserId=bob").text.contains("<UserGroupIds><member>new</member></UserGroupIds>"))
        #expect(try await fixture.call("DescribeUserGroups").all("UserGroupId") == ["g", "new"])
        try await fixture.expectRefusal("DescribeUserGroups", "UserGroupId=nobody", "UserGroupNotFound", "nobody")
    }

    @Test(arguments: [
        ("UserGroupId=g&Engine=redis&UserIds.member.1=default", "UserGroupAlreadyExists", "g already exists"),
        ("UserGroupId=1&Engine=redis", value, "The parameter UserGroupId is not a valid identifier"),
        ("UserGroupId=n&Engine=mysql", value, "Engine"),
        ("UserGroupId=n&Engine=redis", "DefaultUserRequired", "User group needs to contain a user with the user name default."),
        ("UserGroupId=n&Engine=redis&UserIds.member.1=bob", "DefaultUserRequired", "user name default"),
        ("UserGroupId=n&Engine=redis&UserIds.member.1=nobody", "UserNotFound", "nobody"),
        ("UserGroupId=n&Engine=redis&UserIds.member.1=own&UserIds.member.2=default", "DuplicateUserName", "default"),
        ("UserGroupId=n&Engine=valkey&UserIds.member.1=ann&UserIds.member.2=namesake", "DuplicateUserName", "namesake"),
        ("UserGroupId=n&Engine=valkey&UserIds.member.1=ann&UserIds.member.2=Ann", value, "twice"),
        ("UserGroupId=n&Engine=redis&UserIds.member.1=own&UserIds.member.2=vik", combination, "vik"),
        ("UserGroupId=n&Engine=valkey&UserIds.member.1=open", combination, "open"),
        (
            "UserGroupId=n&Engine=redis&UserIds.member.1=own&UserIds.member.2=ann&UserIds.member.3=bob&UserIds.member.4=cleo",
            "UserQuotaExceeded", "at most 3"
        ),
    ])
    func refusedCreations(form: String, code: String, text: String) async throws {
        try await Self.fixture().expectRefusal("CreateUserGroup", form, code, text)
    }

    @Test func aValkeyGroupNeedsNobodyAndTakesUsersOfBothEngines() async throws {
        let fixture = try await Self.fixture()
        try await fixture.makeUserGroup("none", engine: "valkey")
        try await fixture.makeUserGroup("both", engine: "valkey", "vik", "ann")
        #expect(try await fixture.call("DescribeUserGroups", "UserGroupId=both").first("MinimumEngineVersion") == "7.2")
    }

    @Test func changesArePendingUntilTheyAreInForce() async throws {
        let fixture = try await Self.fixture()
        let reply = try await fixture.call(
            "ModifyUserGroup", "UserGroupId=g&UserIdsToAdd.member.1=own&UserIdsToAdd.member.2=bob&UserIdsToRemove.member.1=default")
        #expect(reply.first("Status") == "modifying", "\(reply.text)")
        #expect(reply.text.contains("<UserIds><member>default</member><member>ann</member></UserIds>"))
        #expect(reply.text.contains("<UserIdsToAdd><member>own</member><member>bob</member></UserIdsToAdd>"))
        try await fixture.expectRefusal("ModifyUserGroup", "UserGroupId=g&UserIdsToAdd.member.1=cleo", "InvalidUserGroupState", "modifying")
        try await fixture.expectRefusal("DeleteUserGroup", "UserGroupId=g", "InvalidUserGroupState", "modifying")
        try await fixture.keepUsers()
        let after = try #require(fixture.userGroup("g"))
        #expect(after.users == ["ann", "own", "bob"] && after.status == .active && after.added.isEmpty && after.removed.isEmpty)
    }

    @Test(arguments: [
        ("UserGroupId=nobody&UserIdsToAdd.member.1=bob", "UserGroupNotFound", "nobody"),
        ("UserGroupId=g", combination, "No modifications were requested"),
        ("UserGroupId=g&UserIdsToAdd.member.1=nobody", "UserNotFound", "nobody"),
        ("UserGroupId=g&UserIdsToAdd.member.1=ann", value, "already a member"),
        ("UserGroupId=g&UserIdsToAdd.member.1=own", "DuplicateUserName", "default"),
        ("UserGroupId=g&UserIdsToAdd.member.1=vik", combination, "vik"),
        ("UserGroupId=g&UserIdsToRemove.member.1=bob", value, "not a member"),
        ("UserGroupId=g&UserIdsToRemove.member.1=default", "DefaultUserRequired", "user name default"),
        ("UserGroupId=g&UserIdsToAdd.member.1=bob&UserIdsToRemove.member.1=bob", combination, "both"),
        ("UserGroupId=g&UserIdsToAdd.member.1=bob&UserIdsToAdd.member.2=cleo", "UserQuotaExceeded", "at most 3"),
        ("UserGroupId=g&Engine=valkey", combination, "default"),
    ])
    func refusedChanges(form: String, code: String, text: String) async throws {
        try await Self.fixture().expectRefusal("ModifyUserGroup", form, code, text)
    }

    @Test func deleted() async throws {
        let fixture = try await Self.fixture()
        #expect(try await fixture.call("DeleteUserGroup", "UserGroupId=g").first("Status") == "deleting")
        try await fixture.keepUsers()
        #expect(fixture.userGroup("g") == nil)
        try await fixture.expectRefusal("DeleteUserGroup", "UserGroupId=g", "UserGroupNotFound", "g")
    }

    @Test func notTooMany() async throws {
        var quotas = Quotas()
        quotas.userGroups = 1
        let fixture = try await Fixture(quotas: quotas)
        try await fixture.makeUserGroup("g", "default")
        try await fixture.expectRefusal(
            "CreateUserGroup", "UserGroupId=n&Engine=redis&UserIds.member.1=default", "UserGroupQuotaExceeded", "at most 1")
    }
}
