import CacheModel
import Planning
import Testing

@testable import ControlPlane

/// Which files a process starts on, by what the hosts say lies where.
@Suite struct OriginTests {
    enum Contents: Sendable {
        case empty
        case snapshot
        /// An append-only file, and maybe a snapshot.
        case log
    }

    struct Start: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var data = StartData()
        var own = Contents.empty
        var others = Contents.snapshot
        var version = "7.0.15"
        /// Files, the second's before the third's.
        var seeds: [String] = []
        var replaces = false
        var setAside: [String]?
        var isSnapshot = false
    }

    static let both = ["g-002", "g-003"]
    static let files = ["dump.rdb", "appendonlydir", "appendonly.aof"]

    @Test(arguments: [
        Start(testDescription: "nothing anywhere", others: .empty),
        Start(testDescription: "others' data is nothing to it"),
        Start(testDescription: "its own snapshot", own: .snapshot, isSnapshot: true),
        Start(testDescription: "its own append-only file", own: .log),
        Start(testDescription: "its own comes before others'", data: StartData(seeds: both), own: .snapshot, isSnapshot: true),
        Start(testDescription: "others' snapshots", data: StartData(seeds: both), seeds: ["dump.rdb", "dump.rdb"], isSnapshot: true),
        Start(
            testDescription: "others' append-only files", data: StartData(seeds: both), others: .log,
            seeds: ["appendonlydir", "appendonlydir"]),
        Start(
            testDescription: "of an old engine", data: StartData(seeds: both), others: .log, version: "6.2.14",
            seeds: ["appendonly.aof", "appendonly.aof"]),
        Start(
            testDescription: "a snapshot in its own one's place: its append-only file would be read instead",
            data: StartData(seeds: both, replaces: true), own: .log, seeds: ["dump.rdb", "dump.rdb"], replaces: true,
            setAside: ["appendonlydir", "appendonly.aof"], isSnapshot: true),
        Start(testDescription: "its own set aside", data: StartData(setsAsideOwn: true), own: .snapshot, setAside: files),
        Start(
            testDescription: "with its view of the cluster", data: StartData(setsAsideOwn: true, setsAsideTable: true), own: .log,
            setAside: files + ["nodes.conf"]),
        Start(
            testDescription: "replaced, and its view of the cluster set aside",
            data: StartData(seeds: both, replaces: true, setsAsideTable: true), own: .snapshot, seeds: ["dump.rdb", "dump.rdb"],
            replaces: true, setAside: ["appendonlydir", "appendonly.aof", "nodes.conf"], isSnapshot: true),
        Start(testDescription: "from members that are none any more", data: StartData(seeds: ["g-009"])),
    ])
    func startsOn(_ start: Start) async throws {
        let fixture = try await Fixture()
        try await fixture.create("g", "NumCacheClusters=3")
        var group = try #require(fixture.group("g"))
        group.build.version = start.version
        var state = WorldState()
        for (member, directory) in zip(group.members, [start.own, start.others, start.others]) {
            state.statuses[member.process] = ProcessStatus(
                id: member.process, incarnation: 1, phase: .stopped, hasSavedData: directory != .empty, logTime: directory == .log ? 9 : nil
            )
        }
        let origin = Origin(start.data, of: group.members[0], in: group, state)
        let expected = zip(group.members.dropFirst(), start.seeds).map {
            ProcessSpec.Seed(process: $0.process, file: $1, replaces: start.replaces)
        }
        #expect(origin.seeds == expected)
        #expect(origin.setAside == start.setAside)
        #expect(origin.isSnapshot == start.isSnapshot)
        #expect(origin.isLog == (start.seeds.first.map { $0 != "dump.rdb" } ?? (start.own == .log && start.setAside == nil)))
    }

    /// A file that is not kept any more stays behind, and grows old.
    @Test(arguments: [(snapshot: 8, log: 9, isLog: true), (9, 9, true), (10, 9, true), (60_000_000, 9, false)] as [(Int64, Int64, Bool)])
    func theNewerOfItsOwnCounts(snapshot: Int64, log: Int64, isLog: Bool) async throws {
        let fixture = try await Fixture()
        try await fixture.create("g")
        let group = try #require(fixture.group("g"))
        var state = WorldState()
        let process = group.members[0].process
        state.statuses[process] = ProcessStatus(
            id: process, incarnation: 1, phase: .stopped, hasSavedData: true, snapshot: SavedSnapshot(time: 0),
            snapshotTime: snapshot, logTime: log)
        let origin = Origin(StartData(), of: group.members[0], in: group, state)
        #expect(origin.isLog == isLog && origin.isSnapshot == !isLog)
        #expect(origin.setAside == (isLog ? nil : ["appendonlydir", "appendonly.aof"]), "an old one would be read before the snapshot")
    }

    /// What a running process writes is not copied: it was told to save a snapshot.
    @Test func theFileOfARunningProcessIsNotCopied() async throws {
        let fixture = try await Fixture()
        try await fixture.create("g", "NumCacheClusters=2")
        let group = try #require(fixture.group("g"))
        var state = WorldState()
        let other = group.members[1].process
        let running = ProcessStatus.Phase.running(.init(pid: 1, startTime: 1, bootID: "b"))
        for (phase, file) in [(running, "dump.rdb"), (.stopped, "appendonlydir")] {
            state.statuses[other] = ProcessStatus(id: other, incarnation: 1, phase: phase, hasSavedData: true, logTime: 9)
            let origin = Origin(StartData(seeds: ["g-002"], replaces: true), of: group.members[0], in: group, state)
            #expect(origin.seeds == [.init(process: other, file: file, replaces: true)])
        }
    }

    /// One kind of file only: what the best has.
    @Test func seedsAreOfTheBestOnesKind() async throws {
        let fixture = try await Fixture()
        try await fixture.create("g", "NumCacheClusters=3")
        let group = try #require(fixture.group("g"))
        var state = WorldState()
        for (member, hasLog) in zip(group.members.dropFirst(), [true, false]) {
            state.statuses[member.process] = ProcessStatus(
                id: member.process, incarnation: 1, phase: .stopped, hasSavedData: true, logTime: hasLog ? 9 : nil)
        }
        let logFirst = Origin(StartData(seeds: ["g-002", "g-003"]), of: group.members[0], in: group, state)
        #expect(logFirst.seeds == [.init(process: group.members[1].process, file: "appendonlydir")] && !logFirst.isSnapshot)
        let dumpFirst = Origin(StartData(seeds: ["g-003", "g-002"]), of: group.members[0], in: group, state)
        #expect(dumpFirst.seeds == [.init(process: group.members[2].process, file: "dump.rdb")] && dumpFirst.isSnapshot)
    }
}
