import CacheModel
import Engine
import Foundation
import Synchronization
import Testing

@testable import ControlPlane

@Suite struct ServiceUpdatesTests {
    private static let update = "redis-7-0-16"
    private static let apply = "BatchApplyUpdateAction"
    private static let stop = "BatchStopUpdateAction"
    private static let name = "ServiceUpdateName=\(update)"
    private static let one = "\(name)&ReplicationGroupIds.member.1=g"

    /// A group on 7.0.15, beside which a patch was installed then.
    private static func patched(_ form: String = "NumCacheClusters=2", with build: String = "7.0.16") async throws -> Fixture {
        let fixture = try await Fixture()
        try await fixture.available("g", "EngineVersion=7.0&\(form)")
        try await fixture.run("g")
        return try await Fixture(store: fixture.store, builds: [.sample(.redis, "7.0.15"), .sample(.redis, build)])
    }

    @Test(arguments: [
        ("7.0.16", "7.0.15", true), ("7.0.15", "7.0.15", false), ("7.0.14", "7.0.15", false), ("7.2.0", "7.0.15", false),
        ("8.0.16", "7.0.15", false),
    ])
    func aPatchIsAHigherOneOfTheSameMinor(installed: String, present: String, isPatch: Bool) throws {
        let build = try #require(BuildReference(EngineBuild.sample(.redis, present)))
        let catalog = EngineCatalog(builds: [.sample(.redis, present), .sample(.redis, installed), .sample(.valkey, "7.0.99")])
        #expect((PatchSearch.newest(for: build, in: catalog) != nil) == isPatch)
    }

    @Test func theHighestCounts() throws {
        let build = try #require(BuildReference(EngineBuild.sample(.redis, "7.0.15")))
        let catalog = EngineCatalog(builds: ["7.0.15", "7.0.9", "7.0.16", "7.0.17"].map { .sample(.redis, $0) })
        #expect(PatchSearch.newest(for: build, in: catalog)?.version == "7.0.17")
        // What can't move addresses can't take over from what can.
        let lesser = EngineCatalog(builds: [.sample(.redis, "7.0.15"), .sample(.redis, "7.0.16", bindsWhileRunning: false)])
        #expect(PatchSearch.newest(for: build, in: lesser) == nil)
    }

    @Test func anUpdateAsItIsDescribed() async throws {
        let fixture = try await Self.patched()
        let reply = try await fixture.call("DescribeServiceUpdates")
        #expect(reply.first("ServiceUpdateName") == Self.update && reply.first("EngineVersion") == "7.0.16", "\(reply.text)")
        #expect(reply.first("ServiceUpdateStatus") == "available" && reply.first("ServiceUpdateType") == "security-update")
        let released = try #require(reply.first("ServiceUpdateReleaseDate"))
        #expect(fixture.events(of: "g-002") == ["Service update is available for cache node g-002."])
        // Seen again it is not new.
        fixture.clock.advance(3600)
        let again = try await fixture.call("DescribeServiceUpdates", Self.name)
        #expect(again.first("ServiceUpdateReleaseDate") == released && fixture.events(of: "g-002").count == 1)
        let actions = try await fixture.call("DescribeUpdateActions", "ShowNodeLevelUpdateStatus=true")
        #expect(actions.first("UpdateActionStatus") == "not-applied" && actions.first("NodesUpdated") == "0/2", "\(actions.text)")
        #expect(actions.all("NodeUpdateStatus") == ["not-applied", "not-applied"] && actions.first("SlaMet") == "n/a")
        #expect(try await fixture.call("DescribeUpdateActions").has("NodeGroupUpdateStatus") == false)
    }

    @Test func withoutAPatchThereIsNone() async throws {
        let fixture = try await Fixture()
        #expect(try await fixture.call("DescribeServiceUpdates").all("ServiceUpdate").isEmpty)
        try await fixture.available("g", "EngineVersion=7.0")
        #expect(try await fixture.call("DescribeServiceUpdates").all("ServiceUpdate").isEmpty)
        #expect(try await fixture.call("DescribeUpdateActions").all("UpdateAction").isEmpty)
        try await fixture.expectRefusal("DescribeServiceUpdates", Self.name, "ServiceUpdateNotFoundFault", Self.update)
    }

    @Test(arguments: [
        ("", 1), ("ReplicationGroupIds.member.1=G", 1), ("ReplicationGroupIds.member.1=h", 0), ("CacheClusterIds.member.1=g", 0),
        ("Engine=Redis", 1), ("Engine=valkey", 0), ("ServiceUpdateStatus.member.1=available", 1),
        ("ServiceUpdateStatus.member.1=expired", 0), ("UpdateActionStatus.member.1=not-applied", 1),
        ("UpdateActionStatus.member.1=complete", 0), (name, 1), ("ServiceUpdateName=x", 0),
        ("ServiceUpdateTimeRange.StartTime=2026-11-24T00:00:00Z", 0), ("ServiceUpdateTimeRange.EndTime=2026-11-24T00:00:00Z", 1),
    ])
    func actionsAreFiltered(form: String, count: Int) async throws {
        let reply = try await Self.patched().call("DescribeUpdateActions", form)
        #expect(reply.status == 200 && reply.all("UpdateActionStatus").count == count, "\(reply.text)")
    }

    @Test func applyingIsRecorded() async throws {
        let fixture = try await Self.patched()
        _ = try await fixture.call("DescribeServiceUpdates")
        let reply = try await fixture.call(Self.apply, Self.one)
        #expect(reply.first("UpdateActionStatus") == "waiting-to-start" && reply.all("UnprocessedUpdateAction").isEmpty, "\(reply.text)")
        let group = try #require(fixture.group("g"))
        #expect(group.status == .modifying && group.update?.progress.build.version == "7.0.16" && group.build.version == "7.0.15")
        let again = try await fixture.call(Self.apply, Self.one)
        #expect(again.all("ProcessedUpdateAction").isEmpty && again.first("ErrorType") == "InvalidReplicationGroupState", "\(again.text)")
        let stopped = try await fixture.call(Self.stop, Self.one)
        #expect(stopped.first("UpdateActionStatus") == "stopping" && fixture.group("g")?.update?.progress.state == .stopping)
    }

    @Test(arguments: [
        (apply, name, "InvalidParameterValue", "ReplicationGroupIds"),
        (apply, "ReplicationGroupIds.member.1=g", "InvalidParameterValue", "ServiceUpdateName"),
        (apply, "ServiceUpdateName=x&ReplicationGroupIds.member.1=g", "ServiceUpdateNotFoundFault", "x"),
        (stop, "ServiceUpdateName=x&ReplicationGroupIds.member.1=g", "ServiceUpdateNotFoundFault", "x"),
        (apply, name + "&" + (1...21).map { "ReplicationGroupIds.member.\($0)=g" }.joined(separator: "&"), "InvalidParameterValue", "20"),
        ("DescribeUpdateActions", (1...21).map { "CacheClusterIds.member.\($0)=g" }.joined(separator: "&"), "InvalidParameterValue", "20"),
        ("DescribeUpdateActions", "ServiceUpdateStatus.member.1=gone", "InvalidParameterValue", "ServiceUpdateStatus"),
        (
            "DescribeUpdateActions",
            "ServiceUpdateTimeRange.StartTime=2026-11-24T00:00:00Z&ServiceUpdateTimeRange.EndTime=2026-11-23T00:00:00Z",
            "InvalidParameterCombination", "ServiceUpdateTimeRange"
        ),
    ])
    func refusals(action: String, form: String, code: String, text: String) async throws {
        let fixture = try await Self.patched()
        _ = try await fixture.call("DescribeServiceUpdates")
        try await fixture.expectRefusal(action, form, code, text)
    }

    /// What can't be done for one group is done for the others.
    @Test func eachGroupForItself() async throws {
        let fixture = try await Self.patched()
        _ = try await fixture.call("DescribeServiceUpdates")
        let form = "\(Self.one)&ReplicationGroupIds.member.2=nobody&CacheClusterIds.member.1=g-001&CacheClusterIds.member.2=none"
        let reply = try await fixture.call(Self.apply, form)
        #expect(reply.all("ProcessedUpdateAction").count == 1)
        #expect(
            reply.all("ErrorType") == ["ReplicationGroupNotFoundFault", "InvalidParameterCombination", "CacheClusterNotFound"],
            "\(reply.text)")
    }

    @Test(arguments: [
        GroupStatus.creating, .modifying, .deleting,
    ])
    func aGroupThatIsNotAvailableIsNotUpdated(status: GroupStatus) async throws {
        let fixture = try await Self.patched()
        _ = try await fixture.call("DescribeServiceUpdates")
        try await fixture.set("g", status)
        let before = try await fixture.records()
        let reply = try await fixture.call(Self.apply, Self.one)
        #expect(
            reply.first("ErrorType") == "InvalidReplicationGroupState" && reply.first("ErrorMessage")?.contains(status.rawValue) == true)
        #expect(try await fixture.records() == before)
    }

    @Test func aPatchThatIsGoneOrOvertakenIsNotApplied() async throws {
        let fixture = try await Self.patched()
        _ = try await fixture.call("DescribeServiceUpdates")
        let later = try await Fixture(store: fixture.store, builds: ["7.0.15", "7.0.16", "7.0.17"].map { .sample(.redis, $0) })
        #expect(try await later.call("DescribeServiceUpdates").all("ServiceUpdateStatus") == ["expired", "available"])
        #expect(try await later.call(Self.apply, Self.one).first("ErrorMessage")?.contains("a later patch is installed") == true)
        let gone = try await Fixture(store: fixture.store, builds: [.sample(.redis, "7.0.15")])
        #expect(try await gone.call("DescribeServiceUpdates", Self.name).first("ServiceUpdateStatus") == "cancelled")
        #expect(try await gone.call(Self.apply, Self.one).first("ErrorMessage")?.contains("not installed any more") == true)
        #expect(try await gone.call("DescribeUpdateActions", Self.name).first("UpdateActionStatus") == "not-applicable")
    }
}
