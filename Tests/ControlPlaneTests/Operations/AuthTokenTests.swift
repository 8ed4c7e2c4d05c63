import CacheModel
import Foundation
import Testing

@testable import ControlPlane

@Suite struct AuthTokenTests {
    private static let tls = "TransitEncryptionEnabled=true"
    private static let (first, second, third) = ("first-token-0123456", "second-token-012345", "third-token-0123456")

    private static func group(_ form: String = "", _ id: String = "g") async throws -> Fixture {
        let fixture = try await Fixture()
        try await fixture.available(id, form.isEmpty ? tls : "\(tls)&\(form)")
        return fixture
    }

    private func modify(_ fixture: Fixture, _ token: String, _ strategy: String? = nil) async throws -> Reply {
        let form = "ReplicationGroupId=g&AuthToken=\(token.escaped)" + (strategy.map { "&AuthTokenUpdateStrategy=\($0)" } ?? "")
        let reply = try await fixture.call("ModifyReplicationGroup", form)
        try await fixture.change("g") { $0.endChange() }
        return reply
    }

    /// The tokens of a creation and of the changes after it, and what counts then.
    struct Case: Sendable {
        let created: String?
        let changes: [(String, String?)]
        let counts: [String]
        var isOptional = false
    }

    @Test(arguments: [
        Case(created: first, changes: [], counts: [first]),
        Case(created: first, changes: [(second, nil)], counts: [second, first]),
        Case(created: first, changes: [(second, "ROTATE"), (third, "ROTATE")], counts: [third, second]),
        Case(created: first, changes: [(second, "ROTATE"), (second, "SET")], counts: [second]),
        Case(created: first, changes: [(second, "SET")], counts: [second]),
        Case(created: first, changes: [(first, "ROTATE")], counts: [first]),
        Case(created: nil, changes: [(first, "ROTATE")], counts: [first], isOptional: true),
        Case(created: nil, changes: [(first, "ROTATE"), (second, "ROTATE")], counts: [second, first]),
        Case(created: nil, changes: [(first, "ROTATE"), (first, "SET")], counts: [first]),
        Case(created: nil, changes: [(first, "SET")], counts: [first]),
    ])
    func whichTokensCount(_ example: Case) async throws {
        let fixture = try await Self.group(example.created.map { "AuthToken=\($0)" } ?? "")
        for (token, strategy) in example.changes { #expect(try await modify(fixture, token, strategy).status == 200) }
        let tokens = try #require(fixture.group("g")?.authTokens)
        #expect(tokens.hashes == example.counts.map(Secret.sha256))
        #expect(tokens.isOptional == example.isOptional)
        for (key, value) in try await fixture.records() {
            let text = String(decoding: value, as: UTF8.self)
            for token in [Self.first, Self.second, Self.third] { #expect(!text.contains(token), "\(key)") }
        }
    }

    @Test func theAnswersTellOfIt() async throws {
        let fixture = try await Self.group()
        fixture.clock.advance(60)
        let reply = try await fixture.call(
            "ModifyReplicationGroup", "ReplicationGroupId=g&AuthToken=\(Self.first)&AuthTokenUpdateStrategy=SET")
        #expect(reply.first("Status") == "modifying" && reply.first("AuthTokenStatus") == "SETTING")
        #expect(reply.first("AuthTokenEnabled") == "true")
        #expect(reply.first("AuthTokenLastModifiedDate")?.hasPrefix("2026-11-23T03:01:00") == true, "\(reply.text)")
        let clusters = try await fixture.call("DescribeCacheClusters")
        #expect(clusters.first("AuthTokenEnabled") == "true" && clusters.first("AuthTokenStatus") == "SETTING")
        try await fixture.change("g") { $0.endChange() }
        let later = try await fixture.call("DescribeReplicationGroups")
        #expect(!later.has("AuthTokenStatus") && !later.text.contains(Self.first))
    }

    @Test(arguments: [
        "AuthToken=with%2Fslash-0123456", "AuthToken=with%22quote-0123456", "AuthToken=with%40at-0123456789",
        "AuthToken=with%25percent-0123",
        "AuthToken=with%20space-0123456", "AuthToken=0123456789abcde", "AuthToken=" + String(repeating: "a", count: 129),
        "AuthToken=wi%C3%A9th-0123456789abc",
    ])
    func malformedOnes(form: String) async throws {
        let fixture = try await Self.group()
        try await fixture.expectRefusal(
            "ModifyReplicationGroup", "ReplicationGroupId=g&\(form)", "InvalidParameterValue", "Invalid AuthToken provided.")
    }

    @Test func moreSignsAreGoodForAChangeThanForACreation() async throws {
        let fixture = try await Self.group()
        #expect(try await modify(fixture, "signs.of+all_kinds*(~)").status == 200)
    }

    @Test func ofAnOldEngineItStays() async throws {
        let fixture = try await Self.group("EngineVersion=4.0.10&CacheNodeType=cache.t2.micro&AuthToken=\(Self.first)")
        try await fixture.expectRefusal(
            "ModifyReplicationGroup", "ReplicationGroupId=g&AuthToken=\(Self.second)", "InvalidParameterCombination", "5.0.6")
    }

    @Test func encryptionIsNotTouchedWhileThereIsOne() async throws {
        let fixture = try await Self.group("AuthToken=\(Self.first)")
        for form in [Self.tls, "TransitEncryptionEnabled=false", "TransitEncryptionMode=required"] {
            try await fixture.expectRefusal(
                "ModifyReplicationGroup", "ReplicationGroupId=g&\(form)", "InvalidParameterCombination",
                "Modification of transit encryption is not supported for access control enabled clusters.")
        }
    }
}
