import AWSProtocol
import Testing

@testable import Server

@Suite struct RequestedChangeTests {
    private static func change(_ form: String) throws -> RequestedChange? {
        RequestedChange(try QueryParameters(parsing: form))
    }

    @Test(arguments: ["Action=DescribeReplicationGroups", "Action=ListTagsForResource", "", "ReplicationGroupId=a"])
    func whatOnlyLooksIsNone(form: String) throws {
        #expect(try Self.change(form) == nil)
    }

    @Test func keepsWhatWasAskedFor() throws {
        let change = try #require(
            try Self.change("Action=AddTagsToResource&Version=2015-02-02&ResourceName=a&Tags.Tag.1.Key=k&X-Amz-Signature=s&Empty="))
        #expect(change.action == "AddTagsToResource")
        #expect(change.parameters == ["ResourceName": "a", "Tags.Tag.1.Key": "k"])
    }

    @Test(arguments: [
        ("AuthToken=s3cret", "AuthToken", "***"), ("Passwords.member.1=s3cret", "Passwords.member.1", "***"),
        ("Passwords.1=s3cret", "Passwords.1", "***"),
        ("AuthenticationMode.Passwords.member.2=s3cret", "AuthenticationMode.Passwords.member.2", "***"),
        // Misspelt, and so no operation's; or some other client's word for it.
        ("Authtoken=s3cret", "Authtoken", "***"), ("Password=s3cret", "Password", "***"), ("ClientSecret=s3cret", "ClientSecret", "***"),
        ("AuthTokenUpdateStrategy=ROTATE", "AuthTokenUpdateStrategy", "ROTATE"), ("NoPasswordRequired=true", "NoPasswordRequired", "true"),
        ("AccessString=on+%3Es3cret+~*+%2B%40all", "AccessString", "on >*** ~* +@all"),
        ("AccessString=(%7Ea+%3Es3cret)+(%23s3cret", "AccessString", "(~a >*** (#***"),
        ("AppendAccessString=%09%23s3cret%0A%3Cs3cret+!s3cret", "AppendAccessString", "#*** <*** !***"),
    ])
    func cutsSecretsOut(form: String, name: String, kept: String) throws {
        let change = try #require(try Self.change("Action=ModifyUser&\(form)"))
        #expect(change.parameters == [name: kept])
    }

    @Test func keepsNoMoreThanALineShouldHold() throws {
        let long = String(repeating: "x", count: 5000)
        let one = try #require(try Self.change("Action=A&P=\(long)"))
        #expect(one.parameters["P"] == String(repeating: "x", count: 1024) + "...")
        let many = try #require(try Self.change("Action=A" + (0..<100).map { "&P\($0)=\(long)" }.joined()))
        #expect(many.parameters["..."] == "more than 32768 bytes" && many.parameters.count < 40)
    }
}

@Suite struct RefusalPaceTests {
    @Test func tenAtOnceAndOneEachSecond() {
        var pace = RefusalPace()
        let start = ContinuousClock.now
        let burst = (0..<25).map { _ in pace.next(at: start) }
        #expect(burst.prefix(10).allSatisfy { $0 == 0 } && burst.dropFirst(10).allSatisfy { $0 == nil })
        #expect(pace.next(at: start + .seconds(0.5)) == nil)
        #expect(pace.next(at: start + .seconds(1)) == 16)
        #expect(pace.next(at: start + .seconds(1.5)) == nil)
        #expect(pace.next(at: start + .seconds(2)) == 1)
        // A night's silence saves up no more than ten.
        let later = (0..<12).map { _ in pace.next(at: start + .seconds(40_000)) }
        #expect(later.compactMap { $0 }.count == 10)
    }
}
