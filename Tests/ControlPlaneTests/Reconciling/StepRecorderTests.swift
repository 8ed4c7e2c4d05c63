import CacheModel
import Engine
import Planning
import Testing

@testable import ControlPlane

extension Fixture {
    /// Does steps that are records, as a group's reconciler does.
    func perform(
        _ steps: [Step], on id: String, region: String = "us-east-1", kind: GroupKey.Kind = .replicationGroup,
        durability: Durability = .snapshot
    ) async throws {
        let files = NodeFiles(catalog: await tools.engines.catalog(), durability: durability)
        try await world.withFreeAddresses { picker in
            try await world.transact { draft in
                let known = draft.group(key(id, region: region, kind: kind))
                var recorder = StepRecorder(group: try #require(known), tools: tools, files: files, picker: picker)
                for step in steps { try recorder.record(step, in: &draft) }
                try recorder.finish(in: &draft)
            }
        }
    }

    func process(_ member: String) -> ProcessSpec? {
        world.read { state in state.member(member, in: Self.home).flatMap { state.processes[$0.member.process]?.value } }
    }

    var messages: [String] { world.read { $0.events[Self.home]?.map(\.event.message) ?? [] } }
}

@Suite struct StepRecorderTests {
    private static func start(_ member: String, follows: String? = nil, seeds: [String] = []) -> Step {
        .start(member: member, follows: follows, data: StartData(seeds: seeds))
    }

    @Test func aStartIsANewIncarnation() async throws {
        let fixture = try await Fixture()
        try await fixture.create("g", "NumCacheClusters=2")
        let group = try #require(fixture.group("g"))
        try await fixture.perform([Self.start("g-001"), Self.start("g-002", follows: "g-001")], on: "g")
        let primary = try #require(fixture.process("g-001"))
        let replica = try #require(fixture.process("g-002"))
        #expect(primary.incarnation == 1 && primary.goal == .running && primary.executable == "/opt/redis-7.0.15")
        let endpoint = try #require(group.nodeGroups[0].primaryAddress)
        #expect(primary.listens.map(\.address) == ["\(group.members[0].address)", "\(endpoint)"])
        #expect(replica.listens.map(\.address) == ["\(group.members[1].address)"])
        // Secrets are in files that only the owner reads, never where anyone does.
        #expect(
            primary.arguments.allSatisfy { !$0.contains(group.credentials.administration) && !$0.contains(group.credentials.replication) })
        try await fixture.perform([Self.start("g-001", seeds: ["g-002"])], on: "g")
        #expect(fixture.process("g-001")?.incarnation == 2)
        #expect(fixture.process("g-001")?.seeds == [.init(process: group.members[1].process, file: "dump.rdb")])
    }

    @Test func whatIsPlannedForOneThatIsGoneIsNothing() async throws {
        let fixture = try await Fixture()
        try await fixture.create()
        let before = try await fixture.records()
        try await fixture.perform(
            [Self.start("g-009"), .remove(member: "g-001"), .recordPrimary(nodeGroup: "0002", member: "x", isFailover: true)], on: "g")
        #expect(try await fixture.records() == before)
    }

    @Test func aMovedNodeLeavesItsAddressToWhoeverListensThere() async throws {
        let fixture = try await Fixture()
        try await fixture.create("g", "NumCacheClusters=2")
        let before = try #require(fixture.group("g"))
        try await fixture.perform([Self.start("g-001"), Self.start("g-002")], on: "g")
        try await fixture.perform([.moveAddress(member: "g-001")], on: "g")
        let after = try #require(fixture.group("g"))
        let left = [before.members[0].address, before.nodeGroups[0].primaryAddress, before.nodeGroups[0].readerAddress].compactMap(\.self)
        for address in left { #expect(fixture.world.read { $0.addresses[address]?.value } == "elsewhere \(before.uid)") }
        #expect(after.members[0].address != before.members[0].address && after.members[1].address == before.members[1].address)
        #expect(after.nodeGroups[0].primaryAddress != before.nodeGroups[0].primaryAddress)
        #expect(fixture.process("g-001")?.incarnation == 2 && fixture.process("g-002")?.incarnation == 1)
        #expect(fixture.process("g-001")?.listens.first?.address == "\(after.members[0].address)")
    }

    /// Somebody else may need what one group found in use: it is kept only while that group is being made.
    @Test(arguments: [[Step.becomeAvailable], [.fail(reason: "x")], [.forget], [.fail(reason: "x"), .forget]])
    func whatWasFoundInUseIsGivenBack(end: [Step]) async throws {
        let fixture = try await Fixture()
        try await fixture.create("g", "NumCacheClusters=2")
        try await fixture.create("other")
        for (group, member) in [("g", "g-001"), ("g", "g-002"), ("g", "g-001"), ("other", "other-001")] {
            try await fixture.perform([Self.start(member)], on: group)
            try await fixture.perform([.moveAddress(member: member)], on: group)
        }
        let uid = try #require(fixture.group("g")).uid
        let others = try #require(fixture.group("other")).uid
        func found(by uid: String) -> Int { fixture.world.read { $0.addresses.values.count { $0.value == "elsewhere \(uid)" } } }
        #expect(found(by: uid) == 7 && found(by: others) == 3)
        try await fixture.perform(end, on: "g")
        #expect(found(by: uid) == 0 && found(by: others) == 3)
        #expect(try await fixture.records().keys.count { $0.hasPrefix("address/") } == fixture.world.read { $0.addresses.count })
        let own = fixture.group("g").map { $0.members.map(\.address) + [$0.nodeGroups[0].primaryAddress].compactMap(\.self) } ?? []
        for address in own { #expect(fixture.world.read { $0.addresses[address] != nil }) }
    }

    /// Each node of a cluster knows all addresses, so all start anew; and two may have to move at once.
    @Test func aClusterMovesTogether() async throws {
        let fixture = try await Fixture()
        try await fixture.create("g", "NumNodeGroups=2&ReplicasPerNodeGroup=1")
        let members = try #require(fixture.group("g")).members.map(\.id)
        try await fixture.perform(members.map { Self.start($0) }, on: "g")
        let before = try #require(fixture.group("g"))
        try await fixture.perform([.moveAddress(member: "g-0001-001"), .moveAddress(member: "g-0002-002")], on: "g")
        let after = try #require(fixture.group("g"))
        let moved = zip(before.members, after.members).filter { $0.0.address != $0.1.address }.map(\.0.id)
        #expect(moved == ["g-0001-001", "g-0002-002"])
        #expect(members.allSatisfy { fixture.process($0)?.incarnation ?? 0 > 1 })
    }

    @Test func aGroupThatWasAvailableNeverMoves() async throws {
        let fixture = try await Fixture()
        try await fixture.available()
        let before = try await fixture.records()
        try await fixture.perform([.moveAddress(member: "g-001")], on: "g")
        #expect(try await fixture.records() == before)
    }

    @Test func aFailoverIsToldToBoth() async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", "NumCacheClusters=2")
        try await fixture.perform([.recordPrimary(nodeGroup: "0001", member: "g-002", isFailover: true)], on: "g")
        #expect(fixture.group("g")?.nodeGroups[0].primary == "g-002")
        let told = fixture.world.read { $0.events[Fixture.home]?.map { "\($0.event.source.rawValue) \($0.event.identifier)" } }
        #expect(told == ["cache-cluster g-002", "replication-group g"])
        #expect(fixture.messages.allSatisfy { $0 == "Failover from primary node g-001 to replica node g-002 completed" })
    }

    @Test func becomesAvailableOnce() async throws {
        let fixture = try await Fixture()
        try await fixture.create("g", "NumCacheClusters=2&AutomaticFailoverEnabled=true&EngineVersion=6.2")
        try await fixture.perform([.becomeAvailable], on: "g")
        #expect(fixture.group("g")?.status == .available && fixture.group("g")?.wasAvailable == true)
        let told = fixture.messages
        for message in [
            "Cache cluster created", "Added cache node 0001 in availability zone us-east-1b", "Replication group g created",
            "Automatic failover has been turned on for replication group g", "Engine redis 6.2 is served by redis 7.0.15",
        ] {
            #expect(told.contains(message), "\(message)")
        }
        try await fixture.set("g", .modifying)
        try await fixture.perform([.becomeAvailable], on: "g")
        #expect(fixture.messages == told)
    }

    @Test func aFailureIsTold() async throws {
        let fixture = try await Fixture()
        try await fixture.create()
        try await fixture.perform([.fail(reason: "g-001 ended 3 times: bad")], on: "g")
        #expect(fixture.group("g")?.status == .createFailed && fixture.group("g")?.failure == "g-001 ended 3 times: bad")
        #expect(fixture.messages == ["Replication group g could not be created: g-001 ended 3 times: bad"])
    }

    @Test(arguments: ["NumCacheClusters=3", "NumNodeGroups=2&ReplicasPerNodeGroup=1"])
    func whatIsForgottenLeavesOnlyEvents(form: String) async throws {
        let fixture = try await Fixture()
        try await fixture.create("g", form)
        let members = try #require(fixture.group("g")).members.map(\.id)
        try await fixture.perform(members.map { Self.start($0) }, on: "g")
        try await fixture.set("g", .available)
        try await fixture.perform([.forget], on: "g")
        let left = try await fixture.records().keys
        #expect(left.allSatisfy { $0.hasPrefix("event/") || $0 == "regions" }, "\(left)")
        #expect(fixture.world.read { $0.clusterIDs.values.allSatisfy(\.isEmpty) })
        #expect(fixture.world.read { $0.addresses.isEmpty && $0.processes.isEmpty && $0.groups.isEmpty && $0.owners.isEmpty })
        #expect(fixture.messages.count == members.count + 1)
        #expect(try await fixture.call("DescribeReplicationGroups", "ReplicationGroupId=g").status == 404)
    }

    @Test func aRetainedPrimaryLivesOn() async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", "NumCacheClusters=2&AutomaticFailoverEnabled=true&Tags.Tag.1.Key=a&Tags.Tag.1.Value=1")
        try await fixture.perform([Self.start("g-001"), Self.start("g-002", follows: "g-001")], on: "g")
        let before = try #require(fixture.group("g"))
        try await fixture.perform([.becomeCacheCluster], on: "g")
        #expect(fixture.group("g") == nil)
        let alone = try #require(fixture.world.read { $0.groups[fixture.key("g-001", kind: .cacheCluster)]?.value })
        #expect(alone.status == .available && !alone.automaticFailover && alone.tags == before.tags && alone.members == [before.members[0]])
        // The same process goes on at the same address; nothing else is left.
        #expect(fixture.world.read { Array($0.addresses.keys) } == [before.members[0].address])
        #expect(fixture.world.read { Array($0.processes.keys) } == [before.members[0].process])
        #expect(fixture.world.read { $0.owners[before.members[0].process] } == alone.key)
        let tags = try await fixture.call(
            "ListTagsForResource", "ResourceName=" + "arn:aws:elasticache:us-east-1:000000000000:cluster:g-001".escaped)
        #expect(tags.all("Key") == ["a"])
    }

    @Test func removingIsAGoalUntilTheHostHasDoneIt() async throws {
        let fixture = try await Fixture()
        try await fixture.create()
        try await fixture.perform([Self.start("g-001")], on: "g")
        try await fixture.perform([.remove(member: "g-001")], on: "g")
        #expect(fixture.process("g-001")?.goal == .removed && fixture.process("g-001")?.incarnation == 1)
    }
}
