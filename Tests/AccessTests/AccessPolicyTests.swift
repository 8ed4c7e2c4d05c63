import Foundation
import Testing

@testable import Access

@Suite struct AccessPolicyTests {
    private static let group = "arn:aws:elasticache:us-east-1:000000000000:replicationgroup:orders"

    private static func policy(_ statements: String) throws -> AccessPolicy {
        try AccessPolicy(json: Data(#"{"Version": "2012-10-17", "Statement": \#(statements)}"#.utf8))
    }

    struct Case: Sendable {
        let statements: String
        let action: String
        let resources: [String]
        let verdict: AccessPolicy.Verdict
    }

    private static let everything = #"{"Effect": "Allow", "Action": "*", "Resource": "*"}"#
    private static let looking =
        #"{"Effect": "Allow", "Action": ["elasticache:Describe*", "elasticache:ListTagsForResource"], "Resource": "*"}"#
    private static let orders =
        #"{"Effect": "Allow", "Action": "elasticache:*", "Resource": "arn:aws:elasticache:*:*:replicationgroup:ord?rs"}"#
    private static let noDeletion = #"{"Effect": "Deny", "Action": "elasticache:Delete*", "Resource": "*"}"#

    static let cases: [Case] = [
        Case(statements: everything, action: "elasticache:CreateReplicationGroup", resources: [group], verdict: .allowed),
        Case(statements: "[]", action: "elasticache:DescribeEvents", resources: ["*"], verdict: .notAllowed(resource: "*")),
        Case(statements: looking, action: "elasticache:DescribeReplicationGroups", resources: ["*"], verdict: .allowed),
        Case(statements: looking, action: "elasticache:describeEvents", resources: ["*"], verdict: .allowed),
        Case(
            statements: looking, action: "elasticache:DeleteReplicationGroup", resources: [group], verdict: .notAllowed(resource: group)),
        Case(statements: orders, action: "elasticache:DeleteReplicationGroup", resources: [group], verdict: .allowed),
        Case(
            statements: orders, action: "elasticache:DeleteReplicationGroup", resources: [group + "2"],
            verdict: .notAllowed(resource: group + "2")),
        // All that a request names must be allowed.
        Case(
            statements: orders, action: "elasticache:CreateSnapshot", resources: [group, "arn:x:snapshot:s"],
            verdict: .notAllowed(resource: "arn:x:snapshot:s")),
        // A denial counts whatever comes before or after it.
        Case(
            statements: "[\(everything), \(noDeletion)]", action: "elasticache:DeleteReplicationGroup", resources: [group],
            verdict: .denied(resource: group)),
        Case(
            statements: "[\(noDeletion), \(everything)]", action: "elasticache:DeleteCacheCluster", resources: ["a"],
            verdict: .denied(resource: "a")),
        Case(statements: "[\(noDeletion), \(everything)]", action: "elasticache:ModifyCacheCluster", resources: ["a"], verdict: .allowed),
    ]

    @Test(arguments: cases)
    func judges(example: Case) throws {
        #expect(try Self.policy(example.statements).verdict(on: example.action, resources: example.resources) == example.verdict)
    }

    @Test(arguments: [
        ("a*c", "abbc", true), ("a*c", "ac", true), ("a*c", "abcd", false), ("*", "", true), ("**", "x", true), ("?", "", false),
        ("?b", "ab", true), ("a*b*c", "a-b-b-c", true), ("*a", "aba", true), ("a", "A", true), ("PROD-*", "prod-1", true), ("", "", true),
        ("", "a", false),
    ])
    func starsStandForAnything(pattern: String, text: String, matches: Bool) throws {
        let policy = AccessPolicy(statements: [.init(effect: .allow, actions: ["*"], resources: [pattern])])
        #expect((policy.verdict(on: "a", resources: [text]) == .allowed) == matches)
    }

    /// A pattern of many stars is answered at once.
    @Test func aHostilePatternTakesNoTime() {
        let policy = AccessPolicy(
            statements: [.init(effect: .allow, actions: ["*"], resources: [String(repeating: "a*", count: 200) + "b"])])
        #expect(policy.verdict(on: "x", resources: [String(repeating: "a", count: 2000)]) != .allowed)
    }

    /// What would be read over would allow more than was meant, and a denial that can match nothing would deny nothing.
    @Test(arguments: [
        (#"[{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {}}]"#, "'Condition' is not supported"),
        (#"[{"Effect": "Allow", "NotAction": "*", "Resource": "*"}]"#, "'NotAction' is not supported"),
        (#"[{"Effect": "allow", "Action": "*", "Resource": "*"}]"#, "'Effect' must be"),
        (#"[{"Effect": "Allow", "Action": "*"}]"#, "'Resource' is missing"),
        (#"[{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]"#, "names s3:*"),
        (#"[{"Effect": "Allow", "Action": 7, "Resource": "*"}]"#, "of another type"),
        (#"[{"Effect": "Deny", "Action": [], "Resource": "*"}]"#, "'Action' names nothing"),
        (#"[{"Effect": "Deny", "Action": "*", "Resource": []}]"#, "'Resource' names nothing"),
        (#"[{"Effect": "Deny", "Action": "*", "Resource": "replicationgroup:x"}]"#, "names replicationgroup:x"),
        (#"[{"Effect": "Deny", "Action": "*", "Resource": "arn:aws:elasticache:*:*:user:${aws:username}"}]"#, "variables"),
        (#"7"#, "of another type"), ("[", "it is not JSON"),
    ])
    func whatHasNoEffectIsRefused(statements: String, reason: String) {
        let mistake = #expect(throws: PolicyMistake.self) { try Self.policy(statements) }
        #expect(mistake?.description.contains(reason) == true, "\(String(describing: mistake))")
    }

    @Test func isReadAgainAsItWasWritten() throws {
        let policy = try Self.policy("[\(Self.orders), \(Self.noDeletion)]")
        #expect(try JSONDecoder().decode(AccessPolicy.self, from: JSONEncoder().encode(policy)) == policy)
    }
}
