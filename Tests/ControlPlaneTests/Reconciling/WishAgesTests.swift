import CacheModel
import Foundation
import Planning
import Testing

@testable import ControlPlane

/// For how long wishes have been waiting, by clocks that the test moves.
@Suite struct WishAgesTests {
    private static let start = ContinuousClock.now
    private static let patience = Duration.seconds(600)

    private static func group(since: Date?) async throws -> ReplicationGroup {
        let fixture = try await Fixture()
        try await fixture.available("g", "NumCacheClusters=2")
        var group = try #require(fixture.group("g"))
        group.nodeGroups[0].members[1].change = .rebooting(incarnation: 1, since: since)
        return group
    }

    private static func age(_ ages: inout WishAges, _ group: ReplicationGroup, at seconds: Double) -> Duration? {
        let date = Fixture.start + seconds
        return ages.look(at: group.wishes, start + .seconds(seconds), date, patience: patience)[.reboot(member: "g-002")]
    }

    /// Looked at every ten seconds.
    private static func watch(_ ages: inout WishAges, _ group: ReplicationGroup, from: Int, to: Int) -> Duration? {
        var last: Duration?
        for second in stride(from: from, through: to, by: 10) { last = age(&ages, group, at: Double(second)) }
        return last
    }

    @Test func itCountsFromTheRequestOn() async throws {
        var ages = WishAges()
        let group = try await Self.group(since: Fixture.start)
        #expect(Self.age(&ages, group, at: 1) == .seconds(1))
        #expect(Self.watch(&ages, group, from: 10, to: 600) == .seconds(600))
    }

    /// It was asked for an hour before this service was started: it is tried for a tenth of the patience.
    @Test func whatWasBeforeThisServiceCountsForNineTenthsAtMost() async throws {
        var ages = WishAges()
        let group = try await Self.group(since: Fixture.start - 3600)
        #expect(Self.age(&ages, group, at: 0) == .seconds(540))
        #expect(Self.watch(&ages, group, from: 10, to: 60) == .seconds(600))
    }

    @Test func withoutADateItCountsFromTheFirstLookOn() async throws {
        var ages = WishAges()
        let group = try await Self.group(since: nil)
        #expect(Self.age(&ages, group, at: 100) == .zero)
        #expect(Self.watch(&ages, group, from: 110, to: 150) == .seconds(50))
    }

    @Test func aClockThatWasSetBackTakesNothing() async throws {
        var ages = WishAges()
        let group = try await Self.group(since: Fixture.start + 7200)
        _ = Self.age(&ages, group, at: 0)
        #expect(Self.watch(&ages, group, from: 10, to: 50) == .seconds(50))
    }

    @Test func anotherWishBeginsAnew() async throws {
        var ages = WishAges()
        _ = Self.watch(&ages, try await Self.group(since: Fixture.start), from: 0, to: 300)
        let later = try await Self.group(since: Fixture.start + 300)
        #expect(Self.age(&ages, later, at: 301) == .seconds(1))
    }

    @Test func timeInWhichNobodyLookedDoesNotCount() {
        var lasting = Lasting<String>()
        lasting.look(at: Self.start, ["a"])
        lasting.look(at: Self.start + .seconds(10), ["a", "b"])
        #expect(lasting["a"] == .seconds(10) && lasting["b"] == .zero)
        lasting.look(at: Self.start + .seconds(3600), ["a"])
        #expect(lasting["a"] == .seconds(40) && lasting["b"] == nil)
    }

    @Test func allThatIsOnRecordIsAWish() async throws {
        var group = try await Self.group(since: Fixture.start)
        group.beginChange(at: Fixture.start + 5)
        group.nodeGroups[0].successor = "g-002"
        group.nodeGroups[0].testFailover = TestFailover(primary: "g-001", incarnation: 1, since: Fixture.start + 1)
        group.nodeGroups[0].members[0].change = .leaving
        let wishes = Dictionary(uniqueKeysWithValues: group.wishes.map { ($0.wish, $0.since) })
        let expected: [Wish: Date?] = [
            .settings: Fixture.start + 5, .switchover(nodeGroup: "0001"): Fixture.start + 5, .removal(member: "g-001"): Fixture.start + 5,
            .reboot(member: "g-002"): Fixture.start, .failoverTest(nodeGroup: "0001"): Fixture.start + 1,
        ]
        #expect(wishes == expected)
    }

    /// Marks of before there were dates.
    @Test func olderRecordsAreRead() throws {
        let rebooting = try JSONDecoder().decode(Member.Change.self, from: Data(#"{"rebooting":{"incarnation":3}}"#.utf8))
        #expect(rebooting == .rebooting(incarnation: 3))
        let test = try JSONDecoder().decode(TestFailover.self, from: Data(#"{"primary":"g-001","incarnation":3}"#.utf8))
        #expect(test == TestFailover(primary: "g-001", incarnation: 3))
    }
}
