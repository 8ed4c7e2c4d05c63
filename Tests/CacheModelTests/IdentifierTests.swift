import CacheModel
import Testing

struct IdentifierTests {
    @Test(arguments: [
        ("a", "a"), ("my-rg", "my-rg"), ("MyRG-1", "myrg-1"), ("a1-b2-c3", "a1-b2-c3"),
        (String(repeating: "x", count: 40), String(repeating: "x", count: 40)),
    ])
    func good(text: String, expected: String) throws {
        #expect(try Identifier.normalized(text, limit: Identifier.Limit.replicationGroup) == expected)
    }

    @Test(arguments: [
        "1a", "-a", "a-", "a--b", "a_b", "a.b", "a b", " a", "a ", "a\n", "é", "aé", "ａ", "a\u{0301}", "a/b", "a\0", "日本", "a:b", "--",
        "K\u{212A}",
    ])
    func malformed(text: String) {
        #expect(throws: Identifier.Failure.malformed) { try Identifier.normalized(text, limit: 40) }
    }

    @Test func emptyAndTooLong() {
        #expect(throws: Identifier.Failure.empty) { try Identifier.normalized("", limit: 40) }
        let long = String(repeating: "x", count: 41)
        #expect(throws: Identifier.Failure.tooLong(limit: 40)) { try Identifier.normalized(long, limit: Identifier.Limit.replicationGroup) }
        #expect(throws: Never.self) { try Identifier.normalized(long, limit: Identifier.Limit.cacheCluster) }
        #expect(throws: Identifier.Failure.tooLong(limit: 50)) {
            try Identifier.normalized(String(repeating: "x", count: 100_000), limit: Identifier.Limit.cacheCluster)
        }
    }

    @Test(arguments: [("1", "0001"), ("01", "0001"), ("0042", "0042"), ("9999", "9999"), ("0", "0000")])
    func nodeGroup(text: String, expected: String) {
        #expect(NodeGroupID.canonical(text) == expected)
    }

    @Test(arguments: ["", "00001", "12345", "a", "-1", "+1", " 1", "1 ", "1.0", "١", "１", "0x1"])
    func badNodeGroup(text: String) {
        #expect(NodeGroupID.canonical(text) == nil)
    }

    @Test func freeNodeGroupsFillHoles() {
        #expect(NodeGroupID.free(3, notIn: ["0002", "0004"]) == ["0001", "0003", "0005"])
        #expect(NodeGroupID.free(0, notIn: [String]()) == [])
    }

    @Test(arguments: [("g-001", 1), ("g-0012-006", 6), ("g-1-010", 10), ("012", 12), ("g-x", nil), ("g-", nil), ("", nil), ("g-1e3", nil)])
    func memberNumbers(name: String, number: Int?) {
        #expect(MemberID.number(name) == number)
    }

    @Test func memberNames() {
        #expect(MemberID.name(group: "my-redis-rg", nodeGroup: "0001", index: 3, clusterMode: false) == "my-redis-rg-003")
        #expect(MemberID.name(group: "c", nodeGroup: "0012", index: 1, clusterMode: true) == "c-0012-001")
        #expect(MemberID.names(group: "c", nodeGroup: "0001", count: 2, clusterMode: true) == ["c-0001-001", "c-0001-002"])
        let longest = String(repeating: "x", count: Identifier.Limit.replicationGroup)
        #expect(MemberID.name(group: longest, nodeGroup: "0500", index: 6, clusterMode: true).count <= Identifier.Limit.cacheCluster)
    }
}
