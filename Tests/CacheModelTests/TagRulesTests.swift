import CacheModel
import Testing

struct TagRulesTests {
    // `Testing` has a `Tag` of its own.
    typealias Tag = CacheModel.Tag

    private static func many(_ count: Int, from first: Int = 0) -> [Tag] {
        (first..<(first + count)).map { Tag(key: "k\($0)", value: "") }
    }

    @Test(arguments: [
        ("k", ""), ("Name", "my cache"), ("a_.:/=+-@b", "a_.:/=+-@b"), ("日本語", "значение"), ("ab", "٣½"), ("awsome", "aws:x"), ("kéy", "ñ"),
        (String(repeating: "k", count: 128), String(repeating: "v", count: 256)), ("a\u{00a0}b", "\u{3000}"),
    ])
    func good(key: String, value: String) throws {
        try TagRules.check([Tag(key: key, value: value)], limit: 50)
    }

    @Test(arguments: [
        ("", "v", TagRules.Failure.emptyKey(index: 1)),
        (String(repeating: "k", count: 129), "", .keyTooLong(index: 1)),
        ("k", String(repeating: "v", count: 257), .valueTooLong(index: 1)),
        ("aws:x", "", .reservedPrefix(index: 1)), ("AWS:", "", .reservedPrefix(index: 1)),
        ("aWs:elasticache", "", .reservedPrefix(index: 1)),
        ("a<b", "", .forbiddenCharacter(index: 1, "<")), ("k", "a&b", .forbiddenCharacter(index: 1, "&")),
        ("k", "a\nb", .forbiddenCharacter(index: 1, "\n")), ("k\0", "", .forbiddenCharacter(index: 1, "\0")),
        ("🏷", "", .forbiddenCharacter(index: 1, "🏷")), ("k", "50%", .forbiddenCharacter(index: 1, "%")),
        ("first", "again", .duplicateKey(index: 1, "first")),
    ])
    func bad(key: String, value: String, failure: TagRules.Failure) {
        #expect(throws: failure) { try TagRules.check([Tag(key: "first", value: ""), Tag(key: key, value: value)], limit: 50) }
    }

    @Test func keysDifferByCase() throws {
        try TagRules.check([Tag(key: "Env", value: ""), Tag(key: "env", value: "")], limit: 50)
    }

    @Test func atMostFifty() throws {
        try TagRules.check(Self.many(50), limit: 50)
        #expect(throws: TagRules.Failure.tooMany(count: 51)) { try TagRules.check(Self.many(51), limit: 50) }
        #expect(throws: Never.self) { try TagRules.check([], limit: 50) }
    }

    @Test func adding() throws {
        let old = [Tag(key: "a", value: "1"), Tag(key: "b", value: "2")]
        let new = [Tag(key: "c", value: "3"), Tag(key: "a", value: "9")]
        let expected = [Tag(key: "a", value: "9"), Tag(key: "b", value: "2"), Tag(key: "c", value: "3")]
        #expect(try TagRules.adding(new, to: old, limit: 50) == expected)
        #expect(try TagRules.adding(Self.many(50), to: Self.many(50), limit: 50).count == 50)
        #expect(throws: TagRules.Failure.tooMany(count: 51)) { try TagRules.adding(Self.many(1, from: 50), to: Self.many(50), limit: 50) }
    }
}
