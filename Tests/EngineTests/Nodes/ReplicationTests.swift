import Testing

@testable import Engine

/// Groups of real nodes with cluster mode disabled, on every engine that is installed.
@Suite(.serialized) struct ReplicationTests {
    @Test(arguments: InstalledEngines.paths) func aPrimaryAndTwoReplicas(_ path: String) async throws {
        try await EngineFixture.with(try await InstalledEngines.build(path)) { fixture in
            let start = ContinuousClock.now
            try fixture.start(fixture.configuration(1))
            let primary = try await fixture.connect(1)
            let writable = ContinuousClock.now - start
            for number in 2...3 {
                var replica = fixture.configuration(number)
                replica.primary = EngineAddress(host: fixture.address(1), port: fixture.port)
                try fixture.start(replica)
            }
            let replicas = [try await fixture.connect(2), try await fixture.connect(3)]
            for replica in replicas {
                try await eventually { try await replica.info().isPrimaryLinkUp }
            }
            let linked = ContinuousClock.now - start
            print("\(fixture.build): primary answers after \(writable.inMilliseconds), 3 nodes linked after \(linked.inMilliseconds)")

            let info = try await primary.info()
            #expect(info.role == .primary)
            #expect(info.kind == fixture.build.kind)
            #expect(info.version == fixture.build.version)
            // Announced by the addresses that are their own.
            #expect(Set(info.replicas.map(\.address)) == [fixture.address(2), fixture.address(3)])
            #expect(info.replicas.allSatisfy { $0.port == fixture.port })
            _ = try await primary.send(["SET", "greeting", "hello"])
            #expect(try await primary.waitForReplicas(2, patience: .seconds(5)) == 2)
            #expect(try await replicas[1].send(["GET", "greeting"]) == .bulk("hello"))
            let held = try await replicas[0].info()
            #expect(held.replicationID == info.replicationID)
            #expect(held.primaryAddress == fixture.address(1))
            try await primary.configure("hz", "10")
            #expect(try await primary.configuration("hz") == "10")

            // A failover: the replica takes the data over, and the other follows it without a full sync.
            try await replicas[0].promote()
            try await replicas[1].replicate(from: EngineAddress(host: fixture.address(2), port: fixture.port))
            try await eventually { try await replicas[1].info().isPrimaryLinkUp }
            let promoted = try await replicas[0].info()
            #expect(promoted.role == .primary)
            #expect(promoted.previousReplicationID == info.replicationID)
            #expect(try await replicas[1].info().replicationID == promoted.replicationID)
        }
    }

    @Test(arguments: InstalledEngines.paths) func anEndpointMoves(_ path: String) async throws {
        try await EngineFixture.with(try await InstalledEngines.build(path)) { fixture in
            #expect(fixture.build.bindsWhileRunning)
            var first = fixture.configuration(1)
            first.endpointAddresses = [fixture.address(9)]
            try fixture.start(first)
            try fixture.start(fixture.configuration(2))
            let second = try await fixture.connect(2)
            let before = try await fixture.connect(9)
            _ = try await before.send(["SET", "k", "1"])
            fixture.crash(1)
            let start = ContinuousClock.now
            try await second.bind([fixture.address(2), fixture.address(9)])
            let through = try await fixture.connect(9)
            _ = try await through.send(["SET", "k", "2"])
            print("\(fixture.build): written through the moved endpoint after \((ContinuousClock.now - start).inMilliseconds)")
            // An address that the machine doesn't have is refused, and nothing changes.
            await #expect(throws: EngineError.self) { try await second.bind([fixture.address(2), "192.0.2.1"]) }
            _ = try await through.send(["SET", "k", "3"])
            // Given up again: nobody listens, but who is connected stays.
            try await second.bind([fixture.address(2)])
            await #expect(throws: EngineError.self) {
                _ = try await EngineConnection.connect(host: fixture.address(9), port: fixture.port)
            }
            try await through.ping()
        }
    }

    static let allowed: [[String]] = [
        ["SET", "k", "v"], ["GET", "k"], ["CLUSTER", "SLOTS"], ["CLUSTER", "NODES"], ["CLUSTER", "INFO"], ["CLUSTER", "KEYSLOT", "k"],
        ["ACL", "WHOAMI"], ["ACL", "LIST"], ["INFO"], ["CLIENT", "LIST"], ["CLIENT", "SETNAME", "me"], ["SLOWLOG", "GET"],
        ["COMMAND", "COUNT"], ["MULTI"], ["EXEC"], ["EVAL", "return 1", "0"], ["SUBSCRIBE", "news"],
    ]
    static let withheld: [[String]] = [
        ["CONFIG", "GET", "*"], ["CONFIG", "SET", "maxmemory", "1"], ["REPLICAOF", "NO", "ONE"], ["SLAVEOF", "NO", "ONE"], ["SHUTDOWN"],
        ["DEBUG", "SLEEP", "0"], ["BGSAVE"], ["SAVE"], ["BGREWRITEAOF"], ["MIGRATE", "127.0.0.1", "1", "k", "0", "1"], ["SYNC"],
        ["PSYNC", "?", "-1"], ["MODULE", "LIST"], ["FAILOVER"], ["ACL", "SETUSER", "default", "+@all"], ["ACL", "DELUSER", "x"],
        ["ACL", "LOAD"], ["ACL", "SAVE"], ["CLUSTER", "MEET", "127.0.0.1", "1"], ["CLUSTER", "FORGET", "x"], ["CLUSTER", "RESET"],
        ["CLUSTER", "ADDSLOTS", "1"], ["CLUSTER", "DELSLOTS", "1"], ["CLUSTER", "SETSLOT", "1", "STABLE"], ["CLUSTER", "FLUSHSLOTS"],
        ["CLUSTER", "FAILOVER"], ["CLUSTER", "REPLICATE", "x"], ["CLUSTER", "BUMPEPOCH"], ["CLUSTER", "SAVECONFIG"],
        ["CLUSTER", "SET-CONFIG-EPOCH", "1"], ["cluster", "meet", "127.0.0.1", "1"],
        ["EVAL", "return redis.call('config', 'get', '*')", "0"],
    ]

    @Test(arguments: InstalledEngines.paths) func whatUsersMayDo(_ path: String) async throws {
        try await EngineFixture.with(try await InstalledEngines.build(path)) { fixture in
            var node = fixture.configuration(1)
            node.cluster = .init(busPort: fixture.port + 10000, nodeTimeout: .seconds(15))
            try fixture.start(node)
            let loader = try await fixture.connect(1)
            try await loader.loadAccessControl()
            let administrator = try await fixture.connect(1)
            try await administrator.ping()
            print("\(fixture.build): after ACL LOAD our connection is", loader.isOpen ? "open" : "closed")
            _ = try await administrator.send(["CLUSTER", "ADDSLOTS"] + (0..<16384).map(String.init))
            try await eventually { try await administrator.clusterInfo().isOK }
            let user = try await fixture.connect(1, as: nil)
            for (command, reply) in zip(Self.allowed, await user.send(batch: Self.allowed)) {
                if case .failure(let error) = reply { Issue.record("\(command) is refused: \(error)") }
            }
            let another = try await fixture.connect(1, as: nil)
            for command in Self.withheld {
                do throws(EngineError) {
                    let reply = try await another.send(command)
                    Issue.record("\(command) is allowed: \(reply)")
                } catch {
                    guard case .reply(let code, let message) = error else { throw error }
                    // Scripts, and DEBUG where the configuration forbids it, are stopped by another guard before the ACL's turn comes.
                    #expect(code == "NOPERM" || message.contains("permissions") || message.contains("not allowed"), "\(command): \(error)")
                }
            }
            // Users of replication can follow, and nothing else.
            let follower = try await fixture.connect(1, as: EngineFixture.replication)
            for command in [["GET", "k"], ["CONFIG", "GET", "*"], ["ACL", "LIST"]] {
                await #expect(throws: EngineError.self) { _ = try await follower.send(command) }
            }
            #expect(try await administrator.killClients() >= 2)
            try await eventually { !another.isOpen }
        }
    }

    /// Every parameter of a full family, the newest names and the oldest, starts on every engine.
    @Test(arguments: InstalledEngines.paths) func aFamilysParameters(_ path: String) async throws {
        try await EngineFixture.with(try await InstalledEngines.build(path)) { fixture in
            var node = fixture.configuration(1)
            node.familyParameters = [
                ("activerehashing", "yes"), ("appendonly", "no"), ("client-output-buffer-limit-normal-hard-limit", "0"),
                ("client-output-buffer-limit-pubsub-soft-seconds", "60"), ("client-output-buffer-limit-slave-soft-seconds", "60"),
                ("close-on-slave-write", "yes"), ("databases", "16"), ("hash-max-ziplist-entries", "512"),
                ("hash-max-listpack-value", "64"),
                ("list-max-ziplist-entries", "512"), ("lua-time-limit", "5000"), ("maxclients", "65000"),
                ("maxmemory-policy", "volatile-lru"), ("maxmemory", "67108864"),
                ("maxmemory-samples", "3"), ("min-slaves-max-lag", "10"), ("min-replicas-to-write", "0"), ("notify-keyspace-events", ""),
                ("repl-backlog-size", "1048576"), ("reserved-memory-percent", "25"), ("slowlog-log-slower-than", "10000"),
                ("tcp-keepalive", "300"), ("timeout", "0"), ("cluster-databases", "0"), ("cluster-preferred-endpoint-type", "tls-dynamic"),
                ("latency-tracking", "no"), ("acl-pubsub-default", "allchannels"), ("extended-redis-compatibility", "yes"),
                ("lua-replicate-commands", "yes"), ("rename-commands", ""), ("search-default-timeout-ms", "50000"),
                ("commandlog-reply-larger-than", "1048576"), ("lazyfree-lazy-user-del", "no"), ("active-expire-effort", "1"),
            ]
            node.savePoints = [.init(seconds: 900, changes: 1)]
            try fixture.start(node)
            let connection = try await fixture.connect(1)
            #expect(try await connection.configuration("maxmemory-policy") == "volatile-lru")
            #expect(try await connection.configuration("min-slaves-max-lag") == "10")
            #expect(try await connection.configuration("maxmemory") == "67108864")
            #expect(try await connection.configuration("save") == "900 1")
            let left = node.text(for: fixture.build).notApplied.map(\.name)
            #expect(left.contains("reserved-memory-percent"))
            #expect(!left.contains("maxmemory-policy"))
        }
    }
}
