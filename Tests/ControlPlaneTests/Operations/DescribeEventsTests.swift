import CacheModel
import Foundation
import Testing

@testable import ControlPlane

@Suite struct DescribeEventsTests {
    private static func log(
        _ message: String, _ source: Event.Source, _ identifier: String, minutesAgo: Double, in fixture: Fixture
    ) async throws {
        let event = Event(date: Fixture.start - minutesAgo * 60, source: source, identifier: identifier, message: message)
        try await fixture.world.transact { try $0.log(event, in: Fixture.home) }
    }

    private static func eventful() async throws -> Fixture {
        let fixture = try await Fixture()
        try await log("ancient", .replicationGroup, "g", minutesAgo: 15 * 24 * 60, in: fixture)
        try await log("old", .replicationGroup, "g", minutesAgo: 13 * 24 * 60, in: fixture)
        try await log("before", .cacheCluster, "g-001", minutesAgo: 90, in: fixture)
        try await log("first", .cacheCluster, "g-001", minutesAgo: 30, in: fixture)
        try await log("second", .cacheCluster, "g-002", minutesAgo: 20, in: fixture)
        try await log("third", .replicationGroup, "g", minutesAgo: 10, in: fixture)
        return fixture
    }

    static let times = (hourAgo: "2026-11-23T01%3A59%3A59Z", half: "2026-11-23T02%3A35%3A00Z", now: "2026-11-23T03%3A00%3A00Z")

    @Test(arguments: [
        ("", ["third", "second", "first"]),
        ("SourceType=cache-cluster", ["second", "first"]),
        ("SourceType=replication-group", ["third"]),
        ("SourceType=cache-subnet-group", []),
        ("SourceType=cache-cluster&SourceIdentifier=G-001", ["first"]),
        ("SourceType=replication-group&SourceIdentifier=g-001", []),
        ("Duration=15", ["third"]),
        ("Duration=120", ["third", "second", "first", "before"]),
        ("Duration=20160", ["third", "second", "first", "before", "old"]),
        ("StartTime=\(times.half)", ["third", "second"]),
        ("EndTime=\(times.half)", ["first"]),
        ("StartTime=2026-11-23T01%3A00%3A00Z&EndTime=\(times.hourAgo)", ["before"]),
        ("StartTime=2026-11-23T01%3A00%3A00Z&Duration=40", ["before"]),
        ("StartTime=\(times.half)&EndTime=2026-11-23T02%3A45%3A00Z&SourceType=cache-cluster", ["second"]),
        ("StartTime=2026-11-09T04%3A00%3A00Z", ["third", "second", "first", "before", "old"]),
    ])
    func filters(form: String, messages: [String]) async throws {
        let reply = try await Self.eventful().call("DescribeEvents", form)
        #expect(reply.status == 200 && reply.all("Message") == messages, "\(reply.text)")
    }

    @Test(arguments: [
        ("SourceIdentifier=g", "InvalidParameterCombination", "SourceType"),
        ("SourceType=nothing", "InvalidParameterValue", "SourceType"),
        ("Duration=0", "InvalidParameterValue", "Duration"),
        ("Duration=20161", "InvalidParameterValue", "Duration"),
        ("Duration=-5", "InvalidParameterValue", "Duration"),
        ("Duration=10&StartTime=\(times.half)&EndTime=\(times.now)", "InvalidParameterCombination", "Duration"),
        ("StartTime=yesterday", "InvalidParameterValue", "StartTime"),
        ("StartTime=\(times.now)&EndTime=\(times.half)", "InvalidParameterValue", "StartTime must not be after EndTime"),
        ("StartTime=2026-11-24T00%3A00%3A00Z", "InvalidParameterValue", "StartTime must not be after now"),
        ("StartTime=2026-11-01T00%3A00%3A00Z", "InvalidParameterValue", "StartTime"),
        ("MaxRecords=19", "InvalidParameterValue", "MaxRecords"),
    ])
    func refuses(form: String, code: String, text: String) async throws {
        let reply = try await Self.eventful().call("DescribeEvents", form)
        #expect(reply.code == code && reply.message.contains(text), "\(reply.text)")
    }

    @Test func anEventSaysWhatHappenedToWhomAndWhen() async throws {
        let reply = try await Self.eventful().call("DescribeEvents", "Duration=15")
        let event = try #require(reply.first("Event"))
        #expect(event.contains("<SourceIdentifier>g</SourceIdentifier>") && event.contains("<SourceType>replication-group</SourceType>"))
        #expect(event.contains("<Date>2026-11-23T02:50:00.000Z</Date>"))
    }

    @Test func pagesNewestFirstEvenWithinAMillisecond() async throws {
        let fixture = try await Fixture()
        for number in 0..<50 { try await Self.log("\(number)", .replicationGroup, "g", minutesAgo: 10 - Double(number / 10), in: fixture) }
        var seen: [String] = []
        var marker = ""
        for _ in 0..<5 {
            let reply = try await fixture.call("DescribeEvents", "MaxRecords=20&Marker=\(marker.escaped)")
            seen += reply.all("Message")
            marker = reply.marker ?? ""
            if marker.isEmpty { break }
        }
        #expect(seen == (0..<50).reversed().map(String.init))
    }

    @Test func newEventsDoNotDisturbThePagesThatFollow() async throws {
        let fixture = try await Fixture()
        for number in 0..<30 { try await Self.log("\(number)", .replicationGroup, "g", minutesAgo: 10, in: fixture) }
        let first = try await fixture.call("DescribeEvents", "MaxRecords=20")
        try await Self.log("new", .replicationGroup, "g", minutesAgo: 0, in: fixture)
        let second = try await fixture.call("DescribeEvents", "MaxRecords=20&Marker=\(try #require(first.marker).escaped)")
        #expect(second.all("Message") == (0..<10).reversed().map(String.init))
    }
}
