import Testing

@testable import Engine

@Suite struct EngineClientTests {
    @Test func whereItCameFromAndWhereItCameIn() {
        let text = """
            id=7 addr=127.64.0.2:40112 laddr=127.64.0.1:6379 fd=9 name= age=15 idle=0 flags=S db=0 cmd=psync user=elastane-replication

            id=12 addr=[fd00::2]:40113 laddr=[fd00::1]:18379 fd=10 name=x age=1 flags=N cmd=NULL user=default
            not a client
            """
        #expect(
            EngineClient.all(in: text) == [
                EngineClient(id: "7", source: "127.64.0.2", port: 6379), EngineClient(id: "12", source: "fd00::2", port: 18_379),
            ])
    }

    /// As Redis 7.0 answers, of a node that knows both ports of one other and only one of its own.
    @Test func portsThatAreTold() {
        func node(_ fields: [(String, RESPValue)]) -> RESPValue { .array(fields.flatMap { [.bulk($0.0), $0.1] }) }
        let shard = RESPValue.array([
            .bulk("slots"), .array([.integer(0), .integer(16_383)]), .bulk("nodes"),
            .array([
                node([("id", .bulk("a")), ("port", .integer(6379)), ("tls-port", .integer(6379)), ("ip", .bulk("127.0.0.1"))]),
                node([("id", .bulk("b")), ("port", .integer(6379)), ("ip", .bulk("127.0.0.2"))]),
            ]),
        ])
        #expect(
            ToldPorts.all(in: .array([shard])) == [
                ToldPorts(id: "a", clear: 6379, encrypted: 6379), ToldPorts(id: "b", clear: 6379, encrypted: nil),
            ])
        #expect(ToldPorts.all(in: .bulk("nothing")).isEmpty)
    }
}
