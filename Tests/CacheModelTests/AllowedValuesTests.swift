import Testing

@testable import CacheModel

@Suite struct AllowedValuesTests {
    typealias Case = (allowed: String, type: ParameterFamily.Parameter.DataType, takes: [String], refuses: [String])

    static let cases: [Case] = [
        ("yes,no", .string, ["yes", "no"], ["", "Yes", "maybe", "yes,no", " yes"]),
        ("always,everysec,no", .string, ["everysec"], ["every"]),
        ("", .string, ["", "anything at all", "ü"], ["a\nsave 1 1", "a\u{0}", "\u{7F}"]),
        ("0-", .integer, ["0", "9223372036854775807"], ["", "-1", "1.5", "ten", "9223372036854775808", "+1", "01", " 1", "1 "]),
        ("0,20-", .integer, ["0", "20", "21"], ["1", "19", "-0"]),
        ("1-64", .integer, ["1", "64"], ["0", "65"]),
        ("-5,-4,-3,-2,-1,1-", .integer, ["-5", "-1", "1", "8192"], ["0", "-6", "--1"]),
        ("-", .integer, ["-1", "0", "10000", "-9223372036854775808"], ["", "-", "x"]),
        ("5000", .integer, ["5000"], ["4999", "5001"]),
        ("-10--5", .integer, ["-10", "-7"], ["-4", "5"]),
        ("1.01-", .float, ["1.01", "1.25", "2", "100.5"], ["1", "1.0", "-2", "", ".5", "2.", "1e3", "inf", "nan", "1.2.3", " 2"]),
        ("0.5-2,7", .float, ["0.5", "2.0", "7"], ["0.49", "2.01", "6"]),
    ]

    @Test(arguments: cases) func values(example: Case) {
        let allowed = AllowedValues(example.allowed, of: example.type)
        for value in example.takes { #expect(allowed.contains(value), "\(value) of \(example.allowed)") }
        for value in example.refuses { #expect(!allowed.contains(value), "\(value) of \(example.allowed)") }
    }

    @Test(arguments: ParameterFamily.all) func everyDefaultIsAllowed(family: ParameterFamily) {
        // `cluster-databases` has a default that says that the engine's own counts.
        for parameter in family.parameters where !["cluster-databases", "rename-commands"].contains(parameter.name) {
            #expect(parameter.allows(parameter.value), "\(family.name) \(parameter.name) \(parameter.value) of \(parameter.allowedValues)")
        }
    }

    @Test(arguments: [
        ("", true), ("K", true), ("AKE", true), ("KEA", true), ("Kg$lshzxetmdn", true), ("Q", false), ("K E", false), ("KK", true),
        ("yes", false),
    ])
    func keyspaceEvents(value: String, isAllowed: Bool) throws {
        let parameter = try #require(ParameterFamily("redis7")?.parameter("notify-keyspace-events"))
        #expect(parameter.allows(value) == isAllowed)
    }
}
