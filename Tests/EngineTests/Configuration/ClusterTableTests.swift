import Testing

@testable import Engine

@Suite struct ClusterTableTests {
    static let birth = ClusterBirth(shards: [
        .init(
            id: "s1", slots: [0...8191], primary: .init(id: "a", address: "127.77.0.1", port: 7000, busPort: 17000),
            replicas: [.init(id: "b", address: "127.77.0.2", port: 7000, busPort: 17000)], predecessor: "x"),
        .init(
            id: "s2", slots: [8192...16382, 16383...16383],
            primary: .init(id: "c", address: "127.77.0.3", port: 7000, busPort: 17000), replicas: [], predecessor: "y"),
    ])

    @Test func settledOn70() {
        #expect(
            Self.birth.settled.text(for: .sample(.redis, "7.0.15"), myself: "b") == """
                a 127.77.0.1:7000@17000 master - 0 0 3 connected 0-8191
                b 127.77.0.2:7000@17000 myself,slave a 0 0 3 connected
                c 127.77.0.3:7000@17000 master - 0 0 4 connected 8192-16382 16383
                vars currentEpoch 4 lastVoteEpoch 0

                """)
    }

    @Test func foundingOnValkey() {
        #expect(
            Self.birth.founding(shardAt: 1).text(for: .sample(.valkey, "8.0.1"), myself: "c") == """
                x 127.77.0.1:1@1,,shard-id=s1 master - 0 0 1 connected 0-8191
                a 127.77.0.1:7000@17000,,shard-id=s1 slave x 0 0 1 connected
                b 127.77.0.2:7000@17000,,shard-id=s1 slave x 0 0 1 connected
                y 127.77.0.3:1@1,,shard-id=s2 master - 0 0 2 connected 8192-16382 16383
                c 127.77.0.3:7000@17000,,shard-id=s2 myself,slave y 0 0 2 connected
                vars currentEpoch 3 lastVoteEpoch 0

                """)
    }

    @Test func ourOwnReaderReadsIt() throws {
        let text = Self.birth.settled.text(for: .sample(.valkey, "9.1.2"), myself: "a")
        let rows = try #require(ClusterNode.rows(text.split(separator: "\n").dropLast().joined(separator: "\n")))
        #expect(rows.map(\.slots) == [[0...8191], [], [8192...16382, 16383...16383]])
        #expect(rows[0].isMyself)
    }
}
