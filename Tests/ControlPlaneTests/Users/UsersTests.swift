import CacheModel
import Engine
import Foundation
import Testing

@testable import ControlPlane

@Suite struct UsersTests {
    private static let good = "UserId=u&UserName=u&Engine=redis&AccessString=on%20%7E*%20%2B%40all&Passwords.member.1=\(Fixture.password)"

    @Test func created() async throws {
        let fixture = try await Fixture()
        let reply = try await fixture.call(
            "CreateUser",
            "UserId=User-1&UserName=Ann&Engine=REDIS&AccessString=%7Eobjects:*%20%7Eitems:*&Passwords.member.1=\(Fixture.password)"
                + "&Passwords.member.2=another-password-02&Tags.Tag.1.Key=team&Tags.Tag.1.Value=blue")
        for (element, value) in [
            "UserId": "user-1", "UserName": "Ann", "Engine": "redis", "Status": "active", "MinimumEngineVersion": "6.0",
            "AccessString": "off ~objects:* ~items:* -@all", "Type": "password", "PasswordCount": "2",
            "ARN": "arn:aws:elasticache:us-east-1:000000000000:user:user-1",
        ] {
            #expect(reply.first(element) == value, "\(element): \(reply.text)")
        }
        #expect(!reply.has("User"), "its fields are flat")
        for (key, value) in try await fixture.records() {
            #expect(!String(decoding: value, as: UTF8.self).contains("-password-"), "\(key)")
        }
        let tags = try await fixture.call("ListTagsForResource", "ResourceName=arn:aws:elasticache:us-east-1:000000000000:user:USER-1")
        #expect(tags.first("Value") == "blue")
    }

    @Test(arguments: [
        ("NoPasswordRequired=true", "no-password", nil, "6.0"),
        ("AuthenticationMode.Type=no-password-required", "no-password", nil, "6.0"),
        ("AuthenticationMode.Type=password&AuthenticationMode.Passwords.member.1=0123456789abcdef", "password", "1", "6.0"),
        ("Passwords.member.1=0123456789abcdef&Passwords.member.2=0123456789abcdef", "password", "1", "6.0"),
        ("AuthenticationMode.Type=iam", "iam", nil, "7.0"),
    ])
    func howItComesIn(form: String, type: String, count: String?, version: String) async throws {
        let fixture = try await Fixture()
        let reply = try await fixture.call("CreateUser", "UserId=u&UserName=u&Engine=redis&AccessString=on&\(form)")
        #expect(reply.first("Type") == type && reply.first("PasswordCount") == count, "\(reply.text)")
        #expect(reply.first("MinimumEngineVersion") == version)
    }

    private static let combination = "InvalidParameterCombination"
    private static let value = "InvalidParameterValue"
    @Test(arguments: [
        ("UserId=1u", value, "The parameter UserId is not a valid identifier"), ("UserId=u_v", value, "UserId"),
        ("UserId=" + String(repeating: "u", count: 41), value, "longer than 40"), ("UserId=default", "UserAlreadyExists", "default"),
        ("UserName=a%20b", value, "UserName"), ("UserName=a%0Ab", value, "UserName"),
        ("UserName=elastane-administrator", value, "reserved"), ("UserName=elastane-replication", value, "reserved"),
        ("Engine=memcached", value, "Engine"), ("AccessString=on%20nopass", value, "nopass"),
        ("AccessString=on%20%3Esecret", value, "passwords"), ("AccessString=on%20(%2Bget", value, "Unmatched parenthesis"),
        ("AccessString=on%20%2Bnosuch", value, "Error in ACL SETUSER modifier '+nosuch': Unknown command or category name in ACL"),
        ("Passwords.member.1=short", value, "Passwords length must be between 16-128 characters."),
        ("Passwords.member.1=" + String(repeating: "p", count: 129), value, "Passwords length must be between 16-128 characters."),
        ("Passwords.member.1=with%2Fslash-0123456", value, "Passwords"), ("Passwords.member.1=with,comma-0123456", value, "Passwords"),
        ("Passwords.member.2=0123456789abcdef&Passwords.member.3=0123456789abcdef", value, "two passwords"),
        ("NoPasswordRequired=true", combination, "NoPasswordRequired"),
        ("AuthenticationMode.Type=iam", combination, "AuthenticationMode"),
        ("Passwords.member.1=", value, "AuthenticationMode"),
        ("Passwords.member.1=&AuthenticationMode.Type=password", value, "AuthenticationMode.Passwords"),
        ("Passwords.member.1=&AuthenticationMode.Passwords.member.1=0123456789abcdef", value, "AuthenticationMode.Type"),
        (
            "Passwords.member.1=&AuthenticationMode.Type=iam&UserName=v", combination,
            "User Id and User name must be same for authentication type: iam"
        ),
        ("Tags.Tag.1.Key=aws:x", value, "Tags.Tag.1.Key"),
    ])
    func refusedCreations(form: String, code: String, text: String) async throws {
        let fixture = try await Fixture()
        let kept = Self.good.split(separator: "&").filter { part in
            !form.split(separator: "&").contains { $0.split(separator: "=")[0] == part.split(separator: "=")[0] }
        }
        try await fixture.expectRefusal("CreateUser", (kept + [form[...]]).joined(separator: "&"), code, text)
    }

    @Test func itIsOnceOnlyAndNotTooMany() async throws {
        var quotas = Quotas()
        quotas.users = 1
        let fixture = try await Fixture(quotas: quotas)
        try await fixture.makeUser("u")
        try await fixture.expectRefusal("CreateUser", Self.good, "UserAlreadyExists", "u already exists")
        try await fixture.expectRefusal(
            "CreateUser", Self.good.replacing("UserId=u", with: "UserId=v"), "UserQuotaExceeded", "at most 1 users")
    }

    @Test func modified() async throws {
        let fixture = try await Fixture()
        try await fixture.makeUser("u", access: "on ~a +get")
        let reply = try await fixture.call("ModifyUser", "UserId=U&AppendAccessString=%2Bset&NoPasswordRequired=true")
        #expect(reply.first("Status") == "modifying" && reply.first("AccessString") == "on ~a -@all +get +set", "\(reply.text)")
        #expect(reply.first("Type") == "no-password")
        try await fixture.expectRefusal("ModifyUser", "UserId=u&AccessString=on", "InvalidUserState", "modifying")
        try await fixture.keepUsers()
        #expect(fixture.user("u")?.status == .active && fixture.user("u")?.revision == 1)
    }

    @Test(arguments: [
        ("UserId=u", combination, "No modifications were requested"), ("UserId=nobody&AccessString=on", "UserNotFound", "nobody"),
        ("UserId=default&AccessString=on", "InvalidUserState", "default"),
        ("UserId=u&AccessString=on&AppendAccessString=on", combination, "AppendAccessString"),
        ("UserId=u&AppendAccessString=reset", value, "AppendAccessString"),
        ("UserId=u&AccessString=on%20%2Bnosuch", value, "Unknown command"),
        ("UserId=u&Passwords.member.1=short", value, "Passwords length must be between 16-128 characters."),
        ("UserId=named&AuthenticationMode.Type=iam", combination, "User Id and User name must be same"),
    ])
    func refusedChanges(form: String, code: String, text: String) async throws {
        let fixture = try await Fixture()
        try await fixture.makeUser("u")
        try await fixture.makeUser("named", name: "another")
        try await fixture.expectRefusal("ModifyUser", form, code, text)
    }

    @Test func deleted() async throws {
        let fixture = try await Fixture()
        try await fixture.makeUser("u")
        try await fixture.makeUser("d", name: "default")
        try await fixture.makeUserGroup("g", "u", "d")
        try await fixture.expectRefusal("DeleteUser", "UserId=d", "DefaultUserAssociatedToUserGroup", "g")
        try await fixture.expectRefusal("DeleteUser", "UserId=default", "InvalidUserState", "default")
        try await fixture.expectRefusal("DeleteUser", "UserId=nobody", "UserNotFound", "nobody")
        #expect(try await fixture.call("DeleteUser", "UserId=u").first("Status") == "deleting")
        try await fixture.expectRefusal("DeleteUser", "UserId=u", "InvalidUserState", "deleting")
        try await fixture.keepUsers()
        #expect(fixture.user("u") == nil && fixture.userGroup("g")?.users == ["d"])
    }

    @Test func described() async throws {
        let fixture = try await Fixture()
        try await fixture.makeUser("ann")
        try await fixture.makeUser("vik", name: "bob", engine: "valkey")
        func ids(_ form: String = "") async throws -> [String] { try await fixture.call("DescribeUsers", form).all("UserId") }
        #expect(try await ids() == ["ann", "default", "vik"])
        #expect(try await ids("Engine=Valkey") == ["vik"])
        #expect(try await ids("UserId=ANN") == ["ann"])
        let values = "Filters.member.1.Values.member"
        #expect(try await ids("Filters.member.1.Name=UserId&\(values).1=ann&\(values).2=x") == ["ann"])
        #expect(try await ids("Filters.member.1.Name=user-name&Filters.member.1.Values.member.1=bob") == ["vik"])
        try await fixture.expectRefusal("DescribeUsers", "UserId=nobody", "UserNotFound", "nobody")
        try await fixture.expectRefusal(
            "DescribeUsers", "Filters.member.1.Name=colour&Filters.member.1.Values.member.1=blue", "InvalidParameterValue",
            "Filters.member.1.Name")
        let predefined = try await fixture.call("DescribeUsers", "UserId=default")
        #expect(predefined.first("AccessString") == "on ~* +@all" && predefined.first("Type") == "no-password")
        #expect(predefined.first("Engine") == "redis" && predefined.first("Status") == "active")
    }

    @Test func theDefaultUserHasNoTags() async throws {
        let fixture = try await Fixture()
        let arn = "ResourceName=arn:aws:elasticache:us-east-1:000000000000:user:default"
        #expect(try await fixture.call("ListTagsForResource", arn).status == 200)
        try await fixture.expectRefusal(
            "AddTagsToResource", "\(arn)&Tags.Tag.1.Key=a&Tags.Tag.1.Value=b", "InvalidParameterValue", "cannot be tagged")
    }
}
