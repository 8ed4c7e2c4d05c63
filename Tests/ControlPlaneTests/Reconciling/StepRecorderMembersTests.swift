import CacheModel
import Foundation
import Planning
import Testing

@testable import ControlPlane

/// What becomes of a member of a group that stands.
@Suite struct StepRecorderMembersTests {
    /// With two members that have been started.
    private static func standing(_ form: String = "NumCacheClusters=2") async throws -> Fixture {
        let fixture = try await Fixture()
        try await fixture.create("g", form)
        try await fixture.perform([start("g-001"), start("g-002", follows: "g-001")], on: "g")
        try await fixture.set("g", .available)
        return fixture
    }

    private static func start(_ member: String, follows: String? = nil, _ data: StartData = StartData()) -> Step {
        .start(member: member, follows: follows, data: data)
    }

    private static func trouble(_ kind: Trouble.Kind, _ reason: String) -> TroubleReport { TroubleReport(kind: kind, reason: reason) }

    /// As the host will write it: the record alone has it.
    private func configuration(of member: String, in fixture: Fixture) async throws -> String {
        let id = try #require(fixture.process(member)).id
        let record = try #require(try await fixture.records()[ProcessSpec.key(id)])
        let spec = try JSONDecoder().decode(ProcessSpec.self, from: record)
        return try #require(spec.files.first { $0.name == "node.conf" }).contents
    }

    // MARK: Starts

    @Test func aStartOnAnothersDataNamesIt() async throws {
        let fixture = try await Self.standing()
        let group = try #require(fixture.group("g"))
        let data = StartData(seeds: ["g-002"], replaces: true, setsAsideTable: true)
        try await fixture.perform([Self.start("g-001", data)], on: "g")
        let spec = try #require(fixture.process("g-001"))
        #expect(spec.seeds == [.init(process: group.members[1].process, file: "dump.rdb", replaces: true)])
        #expect(spec.setAside == ["appendonlydir", "appendonly.aof", "nodes.conf"])
        #expect(spec.incarnation == 2 && spec.goal == .running)
        // The next start takes nothing from it.
        try await fixture.perform([Self.start("g-001")], on: "g")
        #expect(fixture.process("g-001")?.seeds == [] && fixture.process("g-001")?.setAside == nil)
    }

    /// An engine that is told to keep an append-only file reads nothing else, and would start empty beside a snapshot.
    @Test(arguments: [
        (Durability.always, StartData(), true), (.always, StartData(seeds: ["g-002"], replaces: true), false),
        (.snapshot, StartData(), false),
    ])
    func anAppendOnlyFileIsKeptFromTheStartOnlyWithoutASnapshot(durability: Durability, data: StartData, keeps: Bool) async throws {
        let fixture = try await Self.standing()
        try await fixture.perform([Self.start("g-001", data)], on: "g", durability: durability)
        let text = try await configuration(of: "g-001", in: fixture)
        #expect(text.contains("appendonly yes") == keeps)
    }

    @Test func recoveryIsToldOnceAndSoIsALoop() async throws {
        let fixture = try await Self.standing()
        for number in 1...6 {
            try await fixture.perform([Self.start("g-002", follows: "g-001")], on: "g")
            if number == 1 {
                #expect(fixture.messages == ["Recovering cache nodes 0001"])
                try await fixture.perform([.note(member: "g-002", Self.trouble(.ended, "it ended with signal 9\nbye"))], on: "g")
            }
            #expect(fixture.group("g")?.member("g-002")?.trouble?.restarts == number)
        }
        #expect(
            fixture.messages == [
                "Recovering cache nodes 0001", "Cache node 0001 ended: it ended with signal 9: bye",
                "Cache node 0001 ends again and again and is started ever more slowly: it ended with signal 9: bye",
            ])
        #expect(fixture.group("g")?.member("g-001")?.trouble == nil)
    }

    @Test func aRebootIsNoTrouble() async throws {
        let fixture = try await Self.standing()
        try await fixture.change("g") { $0.nodeGroups[0].members[0].change = .rebooting(incarnation: 1) }
        try await fixture.perform([.stop(member: "g-001", reason: .reboot)], on: "g")
        #expect(fixture.process("g-001")?.goal == .stopped && fixture.process("g-001")?.stopGrace == ProcessSpec.usualGrace)
        #expect(fixture.messages.isEmpty)
        try await fixture.perform([Self.start("g-001")], on: "g")
        #expect(fixture.process("g-001")?.goal == .running && fixture.group("g")?.member("g-001")?.trouble == nil)
        try await fixture.perform([.rebooted(member: "g-001")], on: "g")
        #expect(fixture.messages == ["Cache node 0001 shutdown", "Cache node 0001 restarted"])
        #expect(fixture.group("g")?.member("g-001")?.change == nil)
    }

    // MARK: Stops

    @Test(arguments: [
        (StopReason.hung, Trouble.Kind.hung, "Cache node 0001 does not answer"),
        (.zoneDown, .zoneDown, "Cache node 0001 is not running: Availability zone us-east-1a is down"),
        (.failoverTest, .ended, ""),
    ])
    func aStopSaysWhyAndIsAtOnce(reason: StopReason, kind: Trouble.Kind, message: String) async throws {
        let fixture = try await Self.standing(
            "NumCacheClusters=2&PreferredCacheClusterAZs.AvailabilityZone.1=us-east-1a&PreferredCacheClusterAZs.AvailabilityZone.2=us-east-1b"
        )
        try await fixture.perform([.stop(member: "g-001", reason: reason)], on: "g")
        let spec = try #require(fixture.process("g-001"))
        #expect(spec.goal == .stopped && spec.stopGrace == 0 && spec.incarnation == 1)
        #expect(fixture.group("g")?.member("g-001")?.trouble?.kind == kind)
        #expect(fixture.messages == (message.isEmpty ? [] : [message]))
    }

    // MARK: Troubles

    @Test(arguments: [
        (trouble(.ended, "signal 9"), "Cache node 0001 ended: signal 9"),
        (trouble(.ended, ""), "Cache node 0001 ended: the reason is not known"),
        (trouble(.refused, "port 6379 is taken"), "Cache node 0001 can not be started: port 6379 is taken"),
        (trouble(.engineMissing, "gone"), "Cache node 0001 can not be started: gone"),
        (trouble(.hung, "x"), "Cache node 0001 does not answer"),
        (trouble(.saveFailing, "x"), "The data of cache node 0001 can not be saved: the disk may be full, or memory short"),
        (
            trouble(.zoneDown, "Availability zone us-east-1a is down"),
            "Cache node 0001 is not running: Availability zone us-east-1a is down"
        ),
    ])
    func aTroubleIsToldAndSoIsItsEnd(report: TroubleReport, message: String) async throws {
        let fixture = try await Self.standing()
        try await fixture.perform([.note(member: "g-002", report)], on: "g")
        #expect(fixture.messages == [message])
        let trouble = try #require(fixture.group("g")?.member("g-002")?.trouble)
        #expect(trouble == Trouble(kind: report.kind, reason: report.reason, since: Fixture.start))
        let sources = fixture.world.read { $0.events[Fixture.home]?.map { "\($0.event.source.rawValue) \($0.event.identifier)" } }
        #expect(sources == ["cache-cluster g-002"])
        try await fixture.perform([.note(member: "g-002", nil)], on: "g")
        let end = report.kind == .saveFailing ? "The data of cache node 0001 is saved again" : "Finished recovery for cache nodes 0001"
        #expect(fixture.messages == [message, end] && fixture.group("g")?.member("g-002")?.trouble == nil)
        try await fixture.perform([.note(member: "g-002", nil)], on: "g")
        #expect(fixture.messages.count == 2, "its end is told once")
    }

    @Test func theSameIsNotToldTwice() async throws {
        let fixture = try await Self.standing()
        try await fixture.perform([.note(member: "g-002", Self.trouble(.ended, "one"))], on: "g")
        fixture.clock.advance(60)
        try await fixture.perform([.note(member: "g-002", Self.trouble(.ended, "two"))], on: "g")
        #expect(fixture.messages.count == 1)
        // What keeps it from starting may change: that is told.
        try await fixture.perform([.note(member: "g-002", Self.trouble(.refused, "three"))], on: "g")
        try await fixture.perform([.note(member: "g-002", Self.trouble(.refused, "four"))], on: "g")
        #expect(fixture.messages.suffix(2) == ["Cache node 0001 can not be started: three", "Cache node 0001 can not be started: four"])
        #expect(fixture.group("g")?.member("g-002")?.trouble?.since == Fixture.start, "it has lasted since the first of them")
    }

    // MARK: What was asked for

    @Test func aMemberJoins() async throws {
        let fixture = try await Self.standing()
        try await fixture.change("g") { $0.nodeGroups[0].members[1].change = .joining }
        try await fixture.perform([Self.start("g-002", follows: "g-001")], on: "g")
        #expect(fixture.messages.isEmpty && fixture.group("g")?.member("g-002")?.trouble == nil)
        try await fixture.perform([.joined(member: "g-002")], on: "g")
        let zone = try #require(fixture.group("g")?.member("g-002")?.zone)
        #expect(fixture.messages == ["Cache cluster created", "Added cache node 0001 in availability zone \(zone)"])
        #expect(fixture.group("g")?.member("g-002")?.change == nil)
    }

    /// Nobody knows its address yet. The group's endpoints stay.
    @Test func oneThatJoinsMayMove() async throws {
        let fixture = try await Self.standing()
        try await fixture.change("g") { $0.nodeGroups[0].members[1].change = .joining }
        let before = try #require(fixture.group("g"))
        try await fixture.perform([.moveAddress(member: "g-002"), .moveAddress(member: "g-001")], on: "g")
        let after = try #require(fixture.group("g"))
        #expect(after.members[1].address != before.members[1].address && after.members[0] == before.members[0])
        #expect(after.nodeGroups[0].primaryAddress == before.nodeGroups[0].primaryAddress)
        #expect(after.nodeGroups[0].readerAddress == before.nodeGroups[0].readerAddress)
        let spec = try #require(fixture.process("g-002"))
        #expect(spec.incarnation == 2 && spec.listens.map(\.address) == ["\(after.members[1].address)"])
        let text = try await configuration(of: "g-002", in: fixture)
        #expect(text.contains("replicaof \(after.members[0].address) 6379"))
        #expect(fixture.process("g-001")?.incarnation == 1)
    }

    @Test func aMemberThatIsGoneLeavesOnlyEvents() async throws {
        let fixture = try await Self.standing()
        let member = try #require(fixture.group("g")?.members[1])
        try await fixture.change("g") { $0.nodeGroups[0].members[1].change = .leaving }
        try await fixture.perform([.dropMember("g-002")], on: "g")
        #expect(fixture.group("g")?.members.map(\.id) == ["g-001"])
        #expect(fixture.world.read { $0.processes[member.process] == nil && $0.addresses[member.address] == nil })
        #expect(try await fixture.records().keys.allSatisfy { !$0.contains(member.process) })
        #expect(fixture.messages == ["Removed cache nodes 0001", "Cache cluster deleted"])
        // Its name is free again.
        #expect(try await fixture.call("CreateCacheCluster", "CacheClusterId=g-002").code != "CacheClusterAlreadyExists")
    }

    @Test func aNewPrimaryIsNoSuccessorAndStays() async throws {
        let fixture = try await Self.standing()
        try await fixture.change("g") {
            $0.nodeGroups[0].successor = "g-002"
            $0.nodeGroups[0].members[0].change = .leaving
            $0.nodeGroups[0].members[1].change = .leaving
        }
        try await fixture.perform([.recordPrimary(nodeGroup: "0001", member: "g-002", isFailover: false)], on: "g")
        let shard = try #require(fixture.group("g")?.nodeGroups[0])
        #expect(shard.primary == "g-002" && shard.successor == nil)
        #expect(shard.members.map(\.change) == [.leaving, nil])
        #expect(fixture.messages.isEmpty, "what is no failover is not told as one")
    }

    @Test func aRebootOfTheNewPrimaryGoesOn() async throws {
        let fixture = try await Self.standing()
        try await fixture.change("g") { $0.nodeGroups[0].members[1].change = .rebooting(incarnation: 1) }
        try await fixture.perform([.recordPrimary(nodeGroup: "0001", member: "g-002", isFailover: true)], on: "g")
        #expect(fixture.group("g")?.member("g-002")?.change == .rebooting(incarnation: 1))
    }

    @Test func aTestOfTheFailoverEnds() async throws {
        let fixture = try await Self.standing()
        try await fixture.change("g") { $0.nodeGroups[0].testFailover = TestFailover(primary: "g-001", incarnation: 1) }
        try await fixture.perform([.failoverTested(nodeGroup: "0002")], on: "g")
        #expect(fixture.group("g")?.nodeGroups[0].testFailover != nil)
        try await fixture.perform([.failoverTested(nodeGroup: "0001")], on: "g")
        #expect(fixture.group("g")?.nodeGroups[0].testFailover == nil && fixture.messages.isEmpty)
    }

    // MARK: What is given up

    @Test func aSwitchoverIsGivenUp() async throws {
        let fixture = try await Self.standing()
        try await fixture.change("g") { $0.nodeGroups[0].successor = "g-002" }
        try await fixture.perform([.giveUp(.switchover(nodeGroup: "0001"), reason: "why")], on: "g")
        #expect(fixture.group("g")?.nodeGroups[0].successor == nil && fixture.group("g")?.nodeGroups[0].primary == "g-001")
        #expect(fixture.events(of: "g") == ["The change of the primary of replication group g to g-002 was given up: why"])
    }

    @Test func anAdditionIsGivenUpAndWhatIsLeftHasItsOwnTime() async throws {
        let fixture = try await Self.standing()
        try await fixture.change("g") { group in
            group.beginChange(at: Fixture.start)
            group.nodeGroups[0].members[1].change = .joining
        }
        fixture.clock.advance(600)
        try await fixture.perform([.abandon(member: "g-002", reason: "why")], on: "g")
        let group = try #require(fixture.group("g"))
        #expect(group.member("g-002")?.change == .leaving && group.modifyingSince == Fixture.start + 600)
        #expect(fixture.events(of: "g") == ["Cache cluster g-002 could not be added: why"])
        #expect(fixture.events(of: "g-002") == ["Cache cluster g-002 could not be added: why"])
    }

    @Test func aRemovalIsGivenUp() async throws {
        let fixture = try await Self.standing()
        try await fixture.change("g") { $0.nodeGroups[0].members[1].change = .leaving }
        try await fixture.perform([.giveUp(.removal(member: "g-002"), reason: "why")], on: "g")
        #expect(fixture.group("g")?.member("g-002")?.change == nil && fixture.process("g-002")?.goal == .running)
        #expect(fixture.events(of: "g") == ["Cache cluster g-002 could not be removed: why"])
        #expect(fixture.events(of: "g-002") == ["Cache cluster g-002 could not be removed: why"])
    }

    @Test func aRebootAndATestAreGivenUp() async throws {
        let fixture = try await Self.standing()
        try await fixture.change("g") { group in
            group.nodeGroups[0].members[0].change = .rebooting(incarnation: 1)
            group.nodeGroups[0].testFailover = TestFailover(primary: "g-001", incarnation: 1)
        }
        try await fixture.perform(
            [.giveUp(.reboot(member: "g-001"), reason: "a"), .giveUp(.failoverTest(nodeGroup: "0001"), reason: "b")], on: "g")
        #expect(fixture.group("g")?.member("g-001")?.change == nil && fixture.group("g")?.nodeGroups[0].testFailover == nil)
        #expect(fixture.events(of: "g-001") == ["The reboot of cache node 0001 was given up: a"])
        #expect(fixture.events(of: "g") == ["The test of the failover of node group 0001 was given up: b"])
    }

    /// A mark that is another's by now, or none's, stays.
    @Test func whatIsNoLongerWishedIsNotGivenUp() async throws {
        let fixture = try await Self.standing()
        try await fixture.change("g") { $0.nodeGroups[0].members[1].change = .joining }
        let before = try await fixture.records()
        try await fixture.perform(
            [
                .giveUp(.switchover(nodeGroup: "0001"), reason: "why"), .giveUp(.removal(member: "g-002"), reason: "why"),
                .giveUp(.reboot(member: "g-002"), reason: "why"), .giveUp(.settings, reason: "why"),
            ], on: "g")
        #expect(try await fixture.records() == before)
    }

    /// What the old one saved may be all that there is until then.
    @Test func theFormerPrimaryIsForgottenWhenTheNewOneIsSeen() async throws {
        let fixture = try await Self.standing()
        let former = FormerPrimary(member: "g-002", incarnation: 1)
        try await fixture.change("g") { $0.nodeGroups[0].formerPrimary = former }
        try await fixture.perform([.recordPrimary(nodeGroup: "0001", member: "g-001", isFailover: false)], on: "g")
        #expect(fixture.group("g")?.nodeGroups[0].formerPrimary == former)
        try await fixture.perform([.recordHistory(nodeGroup: "0001", history: "h")], on: "g")
        #expect(fixture.group("g")?.nodeGroups[0].formerPrimary == nil)
    }

    @Test func whatIsDoneIsUnderWayNoMore() async throws {
        let fixture = try await Self.standing()
        try await fixture.call("ModifyReplicationGroup", "ReplicationGroupId=g&AutomaticFailoverEnabled=true").expectSuccess()
        try await fixture.perform([.becomeAvailable], on: "g")
        let group = try #require(fixture.group("g"))
        #expect(group.status == .available && group.modifyingSince == nil && group.switchesFailover == nil)
        #expect(try await fixture.call("DescribeReplicationGroups").first("AutomaticFailover") == "enabled")
    }

    @Test func whatIsPlannedForOneThatIsGoneIsNothing() async throws {
        let fixture = try await Self.standing()
        let before = try await fixture.records()
        try await fixture.perform(
            [
                .stop(member: "g-009", reason: .hung), .note(member: "g-009", Self.trouble(.ended, "x")), .dropMember("g-009"),
                .joined(member: "g-009"), .failoverTested(nodeGroup: "0009"),
            ], on: "g")
        #expect(try await fixture.records() == before)
    }
}
