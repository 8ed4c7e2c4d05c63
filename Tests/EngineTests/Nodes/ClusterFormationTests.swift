import Testing

@testable import Engine

/// Real clusters from written tables, on every engine that is installed.
@Suite(.serialized) struct ClusterFormationTests {
    private func id() -> String { (0..<40).map { _ in String(Int.random(in: 0..<16), radix: 16) }.joined() }

    private func birth(_ fixture: EngineFixture, shards: Int, replicas: Int) -> ClusterBirth {
        let share = 16384 / shards
        var number = 0
        func member() -> ClusterBirth.Member {
            number += 1
            return .init(id: id(), address: fixture.address(number), port: fixture.port, busPort: fixture.port + 10000)
        }
        return ClusterBirth(
            shards: (0..<shards).map { shard in
                let last = shard == shards - 1 ? 16383 : (shard + 1) * share - 1
                return .init(
                    id: id(), slots: [shard * share...last], primary: member(), replicas: (0..<replicas).map { _ in member() },
                    predecessor: id())
            })
    }

    private func start(_ fixture: EngineFixture, _ member: ClusterBirth.Member, _ table: ClusterTable) throws {
        var node = NodeConfiguration(address: member.address, port: member.port, replication: EngineFixture.replication)
        node.cluster = .init(busPort: member.busPort, nodeTimeout: .seconds(15))
        node.frequency = 100
        try fixture.start(node, files: [NodeConfiguration.FileName.clusterNodes: table.text(for: fixture.build, myself: member.id)])
    }

    private func connect(_ fixture: EngineFixture, _ members: [ClusterBirth.Member]) async throws -> [EngineConnection] {
        var connections: [EngineConnection] = []
        for member in members {
            let number = try #require(member.address.split(separator: ".").last.flatMap { Int($0) })
            connections.append(try await fixture.connect(number))
        }
        return connections
    }

    /// What all must agree on: ids, roles, primaries, slots.
    private func outline(_ rows: [ClusterNode]) -> [String] {
        rows.map { "\($0.id) \($0.isPrimary) \($0.primaryID ?? "-") \($0.slots) \($0.address):\($0.port)" }.sorted()
    }

    private func expectFormed(
        _ birth: ClusterBirth, _ primaries: [EngineConnection], _ replicas: [EngineConnection], since start: ContinuousClock.Instant
    ) async throws -> (served: Duration, linked: Duration) {
        for node in primaries + replicas {
            try await eventually { try await node.clusterInfo().isOK }
        }
        let served = ContinuousClock.now - start
        for replica in replicas {
            try await eventually { try await replica.info().isPrimaryLinkUp }
        }
        let linked = ContinuousClock.now - start
        let wanted = birth.settled.nodes.map { node in
            switch node.role {
            case .primary(let slots): "\(node.id) true - \(slots) \(node.address):\(node.port)"
            case .replica(let primary): "\(node.id) false \(primary) [] \(node.address):\(node.port)"
            }
        }.sorted()
        for node in primaries + replicas {
            try await eventually { outline(try await node.clusterNodes()) == wanted }
        }
        return (served, linked)
    }

    @Test(arguments: InstalledEngines.paths) func settled(_ path: String) async throws {
        try await EngineFixture.with(try await InstalledEngines.build(path)) { fixture in
            let birth = birth(fixture, shards: 2, replicas: 1)
            let begin = ContinuousClock.now
            for shard in birth.shards {
                for member in [shard.primary] + shard.replicas { try start(fixture, member, birth.settled) }
            }
            let primaries = try await connect(fixture, birth.shards.map(\.primary))
            let replicas = try await connect(fixture, birth.shards.flatMap(\.replicas))
            let times = try await expectFormed(birth, primaries, replicas, since: begin)
            print("\(fixture.build): settled: served after \(times.served.inMilliseconds), linked \(times.linked.inMilliseconds)")
        }
    }

    @Test(arguments: InstalledEngines.paths) func succession(_ path: String) async throws {
        try await EngineFixture.with(try await InstalledEngines.build(path)) { fixture in
            let birth = birth(fixture, shards: 2, replicas: 2)
            let begin = ContinuousClock.now
            for (position, shard) in birth.shards.enumerated() {
                try start(fixture, shard.primary, birth.founding(shardAt: position))
            }
            let primaries = try await connect(fixture, birth.shards.map(\.primary))
            for primary in primaries { try await primary.clusterTakeOver() }
            let predecessors = Set(birth.shards.map(\.predecessor))
            let members = Set(birth.shards.map(\.primary.id))
            try await eventually {
                for primary in primaries {
                    let owned = try await primary.clusterNodes().filter { members.contains($0.id) }.flatMap(\.slots)
                    guard owned.map(\.count).reduce(0, +) == 16384 else { return false }
                }
                return true
            }
            let writable = ContinuousClock.now - begin
            for primary in primaries {
                for row in try await primary.clusterNodes() where predecessors.contains(row.id) {
                    do throws(EngineError) {
                        try await primary.clusterForget(row.id)
                    } catch {
                        // Another has forgotten it meanwhile and said so.
                        guard case .reply = error else { throw error }
                    }
                }
                try await eventually { try await primary.clusterNodes().allSatisfy { !predecessors.contains($0.id) } }
            }
            for shard in birth.shards {
                for replica in shard.replicas { try start(fixture, replica, birth.settled) }
            }
            let replicas = try await connect(fixture, birth.shards.flatMap(\.replicas))
            let times = try await expectFormed(birth, primaries, replicas, since: begin)
            let agreed = ContinuousClock.now - begin
            print(
                "\(fixture.build): succession: primaries serve after \(writable.inMilliseconds), all \(times.served.inMilliseconds),",
                "linked \(times.linked.inMilliseconds), agreed \(agreed.inMilliseconds)")

            // A failover afterwards: an order that comes late does nothing; else the replica takes over, and all learn of it.
            let now = try await replicas[0].time()
            await #expect(throws: EngineError.reply(code: "LATE", message: "the order came too late")) {
                try await replicas[0].clusterTakeOver(before: now + .milliseconds(-1))
            }
            #expect(try await replicas[0].info().role == .replica)
            try await replicas[0].clusterTakeOver(before: now + .seconds(10))
            let promoted = birth.shards[0].replicas[0].id
            try await eventually {
                try await primaries[1].clusterNodes().contains { $0.id == promoted && $0.isPrimary && $0.slots == birth.shards[0].slots }
            }
        }
    }
}
