import Access
import CacheModel
import Foundation
import Testing

@testable import ControlPlane

@Suite struct ConnectTokensTests {
    private static func key(_ id: String, account: String = Fixture.home.account, _ policy: String? = nil) throws -> AccessKey {
        AccessKey(
            id: id, secret: "a-secret-of-some-length", account: account, user: "u", created: Fixture.start,
            policy: try policy.map { try AccessPolicy(json: Data(#"{"Statement": \#($0)}"#.utf8)) })
    }

    private static func statement(_ effect: String, _ action: String, _ resource: String) -> String {
        #"{"Effect": "\#(effect)", "Action": "\#(action)", "Resource": "\#(resource)"}"#
    }

    private static func group() async throws -> ReplicationGroup {
        let fixture = try await Fixture()
        try await fixture.create("g")
        return try #require(fixture.group("g"))
    }

    @Test func whichKeysMayConnect() async throws {
        let prefix = "arn:aws:elasticache:us-east-1:\(Fixture.home.account)"
        let keys = [
            try Self.key("any"), try Self.key("foreign", account: "999999999999"),
            try Self.key("both", Self.statement("Allow", "elasticache:Connect", "\(prefix):*")),
            try Self.key("group", Self.statement("Allow", "elasticache:Connect", "\(prefix):replicationgroup:g")),
            try Self.key("other", Self.statement("Allow", "elasticache:Connect", "\(prefix):user:*")),
            try Self.key("describe", Self.statement("Allow", "elasticache:Describe*", "*")),
            try Self.key(
                "denied",
                "[\(Self.statement("Allow", "*", "*")), \(Self.statement("Deny", "elasticache:Connect", "\(prefix):user:ann"))]"),
        ]
        let group = try await Self.group()
        #expect(ConnectTokens { keys }.keys(for: "ann", of: group).map(\.id) == ["any", "both"])
        #expect(ConnectTokens { keys }.keys(for: "bob", of: group).map(\.id) == ["any", "both", "denied"])
        #expect(ConnectTokens { nil }.keys(for: "ann", of: group).isEmpty)
    }

    @Test func eachSecondHasTokensOfItsOwn() async throws {
        let (group, key) = (try await Self.group(), try Self.key("k"))
        let tokens = ConnectTokens { [key] }
        let now = Int(Fixture.start.timeIntervalSince1970)
        let seconds = ConnectTokens.seconds(at: Fixture.start)
        #expect(seconds == (now - 899)...(now + 30))
        let all = tokens.hashes(for: "ann", of: group, by: [key], seconds)
        #expect(all.count == seconds.count * 4 && Set(all).count == all.count)
        #expect(tokens.hashes(for: "ann", of: group, by: [key], [now + 30]) == Array(all.prefix(4)), "the latest first")
        #expect(tokens.hashes(for: "ann", of: group, by: [key], seconds) == all, "and they stay the same")
        #expect(Set(tokens.hashes(for: "bob", of: group, by: [key], seconds)).isDisjoint(with: all))
        var other = group
        other.id = "other"
        #expect(Set(tokens.hashes(for: "ann", of: other, by: [key], seconds)).isDisjoint(with: all))
    }

    /// Midnight lies between them.
    @Test func signaturesAreOfTheirDay() async throws {
        let (group, key) = (try await Self.group(), try Self.key("k"))
        let midnight = 86_400 * 20_780
        let one = ConnectTokens { [key] }.hashes(for: "ann", of: group, by: [key], (midnight - 2)...(midnight + 1))
        let each = (midnight - 2...midnight + 1).reversed().flatMap { second in
            ConnectTokens { [key] }.hashes(for: "ann", of: group, by: [key], [second])
        }
        #expect(one == each)
    }
}
