import CacheModel
import Foundation
import Testing

@testable import ControlPlane

@Suite struct UserGroupAssociationTests {
    private static let tls = "TransitEncryptionEnabled=true"
    private static let combination = "InvalidParameterCombination"
    private static let value = "InvalidParameterValue"
    private static let token = "first-token-0123456"

    /// The user groups `g1` and `g2`, of valkey `v`, of a user who signs `i`, and an encrypted replication group `r`.
    private static func fixture(_ form: String = "") async throws -> Fixture {
        let fixture = try await Fixture()
        try await fixture.makeUser("off", name: "default", access: "off -@all")
        try await fixture.makeUser("ann", access: "on ~a +get")
        try await fixture.makeUser("bob")
        try await fixture.makeUser("signer", "AuthenticationMode.Type=iam")
        try await fixture.makeUserGroup("g1", "off", "ann")
        try await fixture.makeUserGroup("g2", "off", "bob")
        try await fixture.makeUserGroup("v", engine: "valkey", "bob")
        try await fixture.makeUserGroup("i", "default", "signer")
        try await fixture.available("r", form.isEmpty ? tls : "\(tls)&\(form)")
        return fixture
    }

    @Test func fromTheCreationOn() async throws {
        let fixture = try await Self.fixture("UserGroupIds.member.1=G1")
        #expect(fixture.group("r")?.userGroups == ["g1"])
        #expect(try await fixture.call("DescribeReplicationGroups").text.contains("<UserGroupIds><member>g1</member></UserGroupIds>"))
        #expect(try await fixture.call("DescribeUserGroups", "UserGroupId=g1").text.contains("<ReplicationGroups><member>r</member>"))
        let access = try #require(fixture.access(of: "r"))
        #expect(access.users.map(\.name) == ["ann", "default"])
        #expect(access["ann"]?.login == .passwords(sha256: [Secret.sha256(Fixture.password)]))
        try await fixture.expectRefusal("DeleteUserGroup", "UserGroupId=g1", "InvalidUserGroupState", "associated with r")
    }

    @Test func ofAGroupThatStands() async throws {
        let fixture = try await Self.fixture()
        let open = try #require(fixture.access(of: "r"))
        let reply = try await fixture.call("ModifyReplicationGroup", "ReplicationGroupId=r&UserGroupIdsToAdd.member.1=g1")
        #expect(reply.first("Status") == "modifying" && !reply.has("UserGroupIds"), "\(reply.text)")
        #expect(reply.text.contains("<UserGroups><UserGroupIdsToAdd><member>g1</member></UserGroupIdsToAdd>"), "\(reply.text)")
        #expect(fixture.access(of: "r")?.users.map(\.name) == ["ann", "default"])
        #expect(fixture.access(of: "r")?.deprived(since: open) == ["default"])
        try await fixture.giveUsers(of: "r")
        #expect(fixture.group("r")?.userGroups == ["g1"])

        try await fixture.call(
            "ModifyReplicationGroup", "ReplicationGroupId=r&UserGroupIdsToAdd.member.1=g2&UserGroupIdsToRemove.member.1=g1"
        ).isGood()
        try await fixture.giveUsers(of: "r")
        #expect(fixture.group("r")?.userGroups == ["g2"])

        try await fixture.call("ModifyReplicationGroup", "ReplicationGroupId=r&RemoveUserGroups=true").isGood()
        try await fixture.giveUsers(of: "r")
        #expect(fixture.group("r")?.userGroups == [] && fixture.access(of: "r")?.users == open.users)
        #expect(fixture.access(of: "r")?.fingerprint != open.fingerprint, "who was told something else meanwhile is told again")
        #expect(try await fixture.call("DescribeReplicationGroups").has("UserGroupIds") == false)
    }

    @Test(arguments: [
        ("ReplicationGroupId=r&UserGroupIdsToAdd.member.1=nobody", "UserGroupNotFound", "nobody"),
        ("ReplicationGroupId=r&UserGroupIdsToRemove.member.1=g1", value, "not associated"),
        ("ReplicationGroupId=r&UserGroupIdsToAdd.member.1=g1&UserGroupIdsToAdd.member.2=g2", value, "2 user groups"),
        ("ReplicationGroupId=r&UserGroupIdsToAdd.member.1=v", combination, "valkey"),
        ("ReplicationGroupId=r&UserGroupIdsToAdd.member.1=g1&AuthToken=\(token)", combination, "AuthToken"),
        (
            "ReplicationGroupId=r&UserGroupIdsToAdd.member.1=g1&AuthTokenUpdateStrategy=DELETE", value,
            "Auth token update strategy delete is not supported currently"
        ),
    ])
    func refusedChanges(form: String, code: String, text: String) async throws {
        try await Self.fixture().expectRefusal("ModifyReplicationGroup", form, code, text)
    }

    @Test func itNeedsEncryptionAndAnEngineThatHasIt() async throws {
        let fixture = try await Self.fixture()
        try await fixture.available("plain")
        try await fixture.expectRefusal(
            "ModifyReplicationGroup", "ReplicationGroupId=plain&UserGroupIdsToAdd.member.1=g1", Self.combination,
            "User group based access control requires encryption-in-transit to be enabled on the replication group.")
        try await fixture.expectRefusal(
            "ModifyReplicationGroup",
            "ReplicationGroupId=plain&UserGroupIdsToAdd.member.1=g1&TransitEncryptionEnabled=true&TransitEncryptionMode=preferred",
            Self.combination, "User group based access control requires encryption-in-transit")
        try await fixture.available("six", "\(Self.tls)&EngineVersion=6.2")
        try await fixture.expectRefusal(
            "ModifyReplicationGroup", "ReplicationGroupId=six&UserGroupIdsToAdd.member.1=i", Self.combination, "signer")
    }

    @Test func fromTokensToUsersAndBack() async throws {
        let fixture = try await Self.fixture("AuthToken=\(Self.token)")
        let add = "ReplicationGroupId=r&UserGroupIdsToAdd.member.1=g1"
        try await fixture.expectRefusal(
            "ModifyReplicationGroup", add, Self.combination,
            "User group can't be associated with auth token enabled. Pass AuthStrategy delete to proceed.")
        try await fixture.expectRefusal(
            "ModifyReplicationGroup", "ReplicationGroupId=r&AuthTokenUpdateStrategy=DELETE", Self.value,
            "Auth token update strategy delete is not supported currently")
        let reply = try await fixture.call("ModifyReplicationGroup", "\(add)&AuthTokenUpdateStrategy=DELETE")
        #expect(reply.first("AuthTokenEnabled") == "false" && reply.first("Status") == "modifying", "\(reply.text)")
        try await fixture.giveUsers(of: "r")
        try await fixture.expectRefusal(
            "ModifyReplicationGroup", "ReplicationGroupId=r&AuthToken=\(Self.token)", Self.combination,
            "Auth tokens can't be enabled with a user group already associated. Pass RemoveUserGroups to proceed.")
        try await fixture.expectRefusal(
            "ModifyReplicationGroup", "ReplicationGroupId=r&\(Self.tls)", Self.combination,
            "Modification of transit encryption is not supported for access control enabled clusters.")
        try await fixture.call("ModifyReplicationGroup", "ReplicationGroupId=r&AuthToken=\(Self.token)&RemoveUserGroups=true").isGood()
        #expect(fixture.group("r")?.authTokens?.isOptional == false, "nobody comes in without one")
        try await fixture.giveUsers(of: "r")
        #expect(fixture.access(of: "r")?.users.map(\.login) == [.passwords(sha256: [Secret.sha256(Self.token)])])
    }

    @Test func usersWaitForTheirGroups() async throws {
        let fixture = try await Self.fixture("UserGroupIds.member.1=g1")
        try await fixture.giveUsers(of: "r")
        try await fixture.call("ModifyUser", "UserId=ann&AccessString=on%20%7Ea%20-%40all").isGood()
        try await fixture.keepUsers()
        #expect(fixture.user("ann")?.status == .modifying, "no node knows yet")
        try await fixture.giveUsers(of: "r")
        #expect(fixture.user("ann")?.status == .active)

        try await fixture.call("ModifyUserGroup", "UserGroupId=g1&UserIdsToAdd.member.1=bob").isGood()
        try await fixture.keepUsers()
        #expect(fixture.userGroup("g1")?.status == .modifying && fixture.userGroup("g1")?.users == ["off", "ann"])
        #expect(fixture.access(of: "r")?["bob"] != nil, "nodes are told before it is said to be so")
        try await fixture.giveUsers(of: "r")
        #expect(fixture.userGroup("g1")?.users == ["off", "ann", "bob"])

        try await fixture.call("DeleteUser", "UserId=ann").isGood()
        try await fixture.keepUsers()
        #expect(fixture.user("ann")?.status == .deleting && fixture.access(of: "r")?["ann"] == nil)
        let told = fixture.access(of: "r")
        try await fixture.giveUsers(of: "r")
        #expect(fixture.user("ann") == nil && fixture.access(of: "r") == told, "its end is no news for nodes")
    }

    @Test func whatItsEngineRefusesIsRefused() async throws {
        let fixture = try await Self.fixture("UserGroupIds.member.1=g1")
        try await fixture.expectRefusal(
            "ModifyUser", "UserId=ann&AccessString=on%20%2Bnosuch", Self.value, "replication group r")
        try await fixture.expectRefusal(
            "ModifyUserGroup", "UserGroupId=g1&UserIdsToAdd.member.1=signer&UserIdsToRemove.member.1=nobody", Self.value, "not a member")
    }

    /// A record that can't be read changes nothing: nodes keep the users that they have.
    @Test func unreadableRecordsChangeNothing() async throws {
        let fixture = try await Self.fixture("UserGroupIds.member.1=g1")
        try await fixture.giveUsers(of: "r")
        let group = try #require(fixture.group("r"))
        var state = fixture.world.read { $0 }
        let user = try #require(fixture.user("ann"))
        state.remove(user)
        #expect(state.access(of: group) == nil)
        #expect(group.lastAccess(of: group.members[0])?["ann"] != nil)
    }
}

extension Reply {
    func isGood(sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(status == 200, "\(text)", sourceLocation: sourceLocation)
    }
}
