import Testing

@testable import Engine

@Suite struct ClusterNodeTests {
    @Test func rows() throws {
        let rows = try #require(
            ClusterNode.rows(
                """
                90b8 127.77.150.41:6379@16379 myself,master - 0 1795401720000 20 connected 0-5 7 9-16383 [93-<-ffff] [77->-eeee]
                f949 127.77.150.9:6379@16379,node.example,shard-id=aa slave 90b8 0 1795401722861 13 connected
                282e ::1:6380@16380,,tls-port=0 master,fail? - 1 2 17 disconnected
                bf17 :0@0 slave,fail,noaddr 90b8 1 2 15 disconnected

                """))
        #expect(rows.map(\.id) == ["90b8", "f949", "282e", "bf17"])
        #expect(rows.map(\.address) == ["127.77.150.41", "127.77.150.9", "::1", ""])
        #expect(rows.map(\.port) == [6379, 6379, 6380, 0])
        #expect(rows.map(\.busPort) == [16379, 16379, 16380, 0])
        #expect(rows.map(\.hostname) == ["", "node.example", "", ""])
        #expect(rows[0].isMyself && rows[0].isPrimary && !rows[0].isFailing)
        #expect(rows[0].slots == [0...5, 7...7, 9...16383])
        #expect(
            rows[0].openSlots == [
                .init(slot: 93, direction: .importing, peer: "ffff"), .init(slot: 77, direction: .migrating, peer: "eeee"),
            ])
        #expect(rows[1].primaryID == "90b8")
        #expect(rows[1].configEpoch == 13)
        #expect(rows[1].slots.isEmpty)
        #expect(rows[2].isFailing && !rows[2].isLinked)
        #expect(rows[3].flags == [.replica, .failed, .noAddress])
    }

    @Test(arguments: [
        "abc", "a b c", "90b8 nowhere master - 0 0 1 connected", "90b8 a:1@x master - 0 0 1 connected",
        "90b8 a:1@2 master - 0 0 one connected", "90b8 a:1@2 master - 0 0 1 connected 5-4", "90b8 a:1@2 master - 0 0 1 connected 16384",
        "90b8 a:1@2 master - 0 0 1 connected [9-x-1]", "90b8 a:1@2 master - 0 0 1 connected 1-2-3",
    ])
    func unreadable(_ row: String) {
        #expect(ClusterNode.rows(row) == nil)
    }

    @Test func noBusPort() {
        #expect(ClusterNode.rows("90b8 127.0.0.1:6379 master - 0 0 1 connected")?.first?.busPort == 16379)
    }
}
