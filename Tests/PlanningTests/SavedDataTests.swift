import CacheModel
import Testing

@testable import Planning

/// All are down.
@Suite struct SavedDataTests {
    struct Copies: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let situation: Situation
        let data: StartData

        init(_ name: String, _ situation: Situation, _ data: StartData) {
            testDescription = name
            self.situation = situation
            self.data = data
        }
    }

    private static let ended = ObservedProcess.exited(detail: "killed")
    private static let down = Situation.healthy(.disabled()).with(first, ended).with(second, ended).with(third, ended)
        .with { $0.group.nodeGroups[0].history = nil }

    private static func copy(_ time: Int64, _ history: String? = nil, _ offset: Int64? = nil) -> SavedSnapshot {
        SavedSnapshot(time: time, replicationID: history, offset: offset)
    }

    /// The first's copy, which it ended over so often.
    private static func broken(
        _ detail: String = "Short read or OOM loading DB", restarts: Int = 3, first reason: String = "killed"
    ) -> Situation {
        down.with(first, .exited(detail: detail), snapshot: copy(100)).recorded(first) {
            $0.trouble = .noted(.ended, reason, restarts: restarts)
        }
    }

    @Test(arguments: ages + histories + complaints + logs + successions)
    func aPrimaryStartsOnTheNewest(_ copies: Copies) {
        #expect(copies.situation.roles == .do(.start(member: first, follows: nil, data: copies.data)))
    }

    private static let fromSecond = StartData(seeds: [second], replaces: true)

    static let ages = [
        Copies("nothing is saved", down, StartData()),
        Copies("its own alone", down.with(first, snapshot: copy(100)), StartData()),
        Copies("another's alone", down.with(second, snapshot: copy(100)), StartData(seeds: [second])),
        Copies(
            "two others': the newer first", down.with(second, snapshot: copy(100)).with(third, snapshot: copy(101)),
            StartData(seeds: [third, second])),
        Copies("its own is the newest", down.with(first, snapshot: copy(100)).with(second, snapshot: copy(99)), StartData()),
        Copies("its own is as new", down.with(first, snapshot: copy(100)).with(second, snapshot: copy(100)), StartData()),
        Copies("another's is newer", down.with(first, snapshot: copy(100)).with(second, snapshot: copy(101)), fromSecond),
        Copies(
            "of one history the offset counts, not the time",
            down.with(first, snapshot: copy(200, "h", 10)).with(second, snapshot: copy(100, "h", 11)), fromSecond),
        Copies(
            "of one history and as long: as new, whatever the time",
            down.with(first, snapshot: copy(100, "h", 10)).with(second, snapshot: copy(101, "h", 10)), StartData()),
        Copies(
            "of two histories the time counts, not the offset",
            down.with(first, snapshot: copy(100, "old", 1_000)).with(second, snapshot: copy(101, "new", 10)), fromSecond),
        Copies(
            "a history against none: the time", down.with(first, snapshot: copy(100, "h", 1_000)).with(second, snapshot: copy(101)),
            fromSecond),
        Copies(
            "only those that are newer, the newest first",
            down.with(first, snapshot: copy(100)).with(second, snapshot: copy(101)).with(third, snapshot: copy(102)),
            StartData(seeds: [third, second], replaces: true)),
        Copies(
            "one newer, one older",
            down.with(first, snapshot: copy(100)).with(second, snapshot: copy(101)).with(third, snapshot: copy(99)), fromSecond),
        Copies(
            "what says nothing of its age is not newer", down.with(first, snapshot: copy(100)).with(second, ended, saved: true), StartData()
        ),
        Copies(
            "one that tells its age is newer than one that does not", down.with(first, ended, saved: true).with(second, snapshot: copy(1)),
            fromSecond),
        Copies(
            "a replica that was not synced counts as its file does", down.with(first, snapshot: copy(1)).with(second, snapshot: copy(2)),
            fromSecond),
    ]

    /// The history `now` is the present one; or was, until then.
    private static func present(_ situation: Situation, until end: Int64? = nil) -> Situation {
        situation.with { ($0.group.nodeGroups[0].history, $0.group.nodeGroups[0].historyEnd) = ("now", end) }
    }

    private static let stale = down.with(first, snapshot: copy(900, "past", 5_000)).with(second, snapshot: copy(100, "now", 10))

    static let histories = [
        Copies("what is of the present history is newer, whatever the times say", present(stale), fromSecond),
        Copies("none is known: the time", stale.with { $0.group.nodeGroups[0].history = nil }, StartData()),
        Copies(
            "its own is of the present history",
            present(down.with(first, snapshot: copy(100, "now", 10)).with(second, snapshot: copy(900, "past", 5_000))), StartData()),
        Copies(
            "both are: the offset",
            present(down.with(first, snapshot: copy(200, "now", 10)).with(second, snapshot: copy(100, "now", 11))), fromSecond),
        Copies(
            "both are of past ones: the time",
            present(down.with(first, snapshot: copy(100, "past", 10)).with(second, snapshot: copy(101, "older", 1))), fromSecond),
        Copies(
            "all in order: the present one first, then by time",
            present(stale.with(first, ended).with(third, snapshot: copy(800, "past", 2)).with(first, snapshot: copy(700, "past", 1))),
            StartData(seeds: [second, third], replaces: true)),
        Copies(
            "its own without a name may be of the present history: the time",
            present(down.with(first, snapshot: copy(100)).with(second, snapshot: copy(101, "now", 10))), fromSecond),
        Copies(
            "its own without a name, and later",
            present(down.with(first, snapshot: copy(102)).with(second, snapshot: copy(101, "now", 10))), StartData()),
        Copies(
            "another's without a name is of a replica that had not synced: it is the oldest",
            present(down.with(third, snapshot: copy(1, "older", 1)).with(second, snapshot: copy(101))), StartData(seeds: [third, second])),
        Copies(
            "of two past histories the later one's, whatever the times say",
            present(down.with(first, snapshot: copy(900, "older", 10)).with(second, snapshot: copy(100, "past", 1))).with {
                $0.group.nodeGroups[0].pastHistories = ["past", "older"]
            }, fromSecond),
        Copies(
            "one of them is not known: the time",
            present(down.with(first, snapshot: copy(100, "past", 10)).with(second, snapshot: copy(101, "unknown", 1))).with {
                $0.group.nodeGroups[0].pastHistories = ["past", "older"]
            }, fromSecond),
        Copies(
            "it ended, and another was saved since then: that one is newer",
            present(down.with(first, snapshot: copy(100, "now", 5_000)).with(second, snapshot: copy(900, "next", 10)), until: 900),
            fromSecond),
        Copies(
            "it ended, and the other was saved before: that one is of a past history still",
            present(stale, until: 901), fromSecond),
    ]

    static let complaints = [
        Copies("it can't be loaded, and another's might be", broken().with(second, snapshot: copy(1)), fromSecond),
        Copies("it can't be loaded, and there is no other", broken(), StartData()),
        Copies(
            "all others, the newest first", broken().with(second, snapshot: copy(1)).with(third, snapshot: copy(2)),
            StartData(seeds: [third, second], replaces: true)),
        Copies("not often enough", broken(restarts: 2).with(second, snapshot: copy(1)), StartData()),
        Copies("it ended for another reason", broken("killed", first: "killed").with(second, snapshot: copy(1)), StartData()),
        Copies(
            "it ended over its file first, and for another reason last",
            broken("killed", first: "loading DB").with(second, snapshot: copy(1)),
            StartData()),
        Copies(
            "its append-only file can't be loaded",
            broken("Bad file format reading the append only file").with(first) { $0.hasLog = true }.with(second, snapshot: copy(1)),
            fromSecond),
        Copies(
            "it could not be started at all: its files are not to blame",
            broken().with(first, .refused(.startFailed, detail: "RDB"), snapshot: copy(100)).recorded(first) {
                $0.trouble = .noted(.refused, "RDB", restarts: 9)
            }.with(second, snapshot: copy(1)), StartData()),
    ]

    static let logs = [
        Copies(
            "its append-only file has all that it acknowledged",
            down.with(first, snapshot: copy(100), hasLog: true).with(second, snapshot: copy(200)), StartData()),
        Copies(
            "an append-only file without a snapshot, too",
            down.with(first, ended, saved: true).with(first) { $0.hasLog = true }.with(second, snapshot: copy(200)), StartData()),
        Copies(
            "another's, where it has nothing", down.with(third, ended, saved: true).with(third) { $0.hasLog = true },
            StartData(seeds: [third])),
    ]

    /// The second was the primary before, ended as its second incarnation, and both keep an append-only file: the first wrote last at 100.
    private static func succession(last: Int64, incarnation: Int = 2) -> Situation {
        down.with(first) { ($0.hasSavedData, $0.hasLog, $0.logTime) = (true, true, 100) }
            .with(second) { ($0.hasSavedData, $0.hasLog, $0.logTime, $0.incarnation) = (true, true, last, 2) }
            .with { situation in
                situation.rules.durability = .always
                situation.group.nodeGroups[0].formerPrimary = FormerPrimary(member: second, incarnation: incarnation)
            }
    }

    static let successions = [
        Copies("the former primary wrote after it: it never was one, and lacks what came last", succession(last: 101), fromSecond),
        Copies("it wrote last, as a replica does, or as the primary", succession(last: 99), StartData()),
        Copies("both at once", succession(last: 100), StartData()),
        Copies(
            "it has been the primary since", succession(last: 101).with { $0.group.nodeGroups[0].formerPrimary = nil }, StartData()),
        Copies("the former one was started again, as its replica", succession(last: 101, incarnation: 1), StartData()),
        Copies(
            "the former one keeps no such file", succession(last: 101).with(second) { ($0.hasLog, $0.logTime) = (false, nil) }, StartData()),
        Copies(
            "the former one is no member any more", succession(last: 101).with { $0.group.nodeGroups[0].members.remove(at: 1) }, StartData()
        ),
    ]

    @Test func aClustersViewGoesWithTheDataThatCanNotBeLoaded() {
        let one = "g-0001-001"
        let cluster = Situation.healthy(.enabled(replicas: 1)).with("g-0001-002", snapshot: Self.copy(1))
            .with(one, .exited(detail: "Short read or OOM loading DB"), snapshot: Self.copy(2)).recorded(one) {
                $0.trouble = .noted(.ended, "", restarts: 3)
            }
        let data = StartData(seeds: ["g-0001-002"], replaces: true, setsAsideTable: true)
        #expect(cluster.roles == .do(.start(member: one, follows: nil, data: data)))
    }
}
