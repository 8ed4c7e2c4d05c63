import CacheModel
import Foundation
import Planning
import Testing

@testable import ControlPlane

@Suite struct MemcachedChangeTests {
    /// The clock stands at a Monday, 03:00.
    private func fixture(_ form: String = "NumCacheNodes=2") async throws -> Fixture {
        let fixture = try await Fixture()
        try await fixture.availableMemcached("m", form)
        return fixture
    }

    private func modify(_ fixture: Fixture, _ form: String) async throws -> Reply {
        try await fixture.call("ModifyCacheCluster", "CacheClusterId=m&\(form)")
    }

    @Test func moreNodesAtOnce() async throws {
        let fixture = try await fixture()
        let reply = try await modify(fixture, "NumCacheNodes=4&ApplyImmediately=true")
        #expect(reply.first("CacheClusterStatus") == "modifying")
        let cluster = try #require(fixture.memcached())
        #expect(cluster.nodes.map(\.change) == [nil, nil, .joining, .joining])
        #expect(cluster.standing.count == 2 && cluster.configurationVersion == 1)
        #expect(fixture.events(of: "m").last == "Increasing number of requested nodes")
        // One change after the other.
        #expect(try await modify(fixture, "NumCacheNodes=5&ApplyImmediately=true").code == "InvalidCacheClusterState")
        #expect(try await fixture.call("DeleteCacheCluster", "CacheClusterId=m").code == "InvalidCacheClusterState")
        try await fixture.performMemcached([.joined(member: "0003"), .joined(member: "0004"), .becomeAvailable])
        let done = try #require(fixture.memcached())
        #expect(done.status == .available && done.resize == nil && done.configurationVersion == 3)
        #expect(fixture.events(of: "m").last == "Finished modifying number of nodes from 2 to 4")
    }

    @Test func aNodeThatCannotBeAddedIsNotCounted() async throws {
        let fixture = try await fixture()
        _ = try await modify(fixture, "NumCacheNodes=4&ApplyImmediately=true")
        try await fixture.performMemcached([.joined(member: "0003"), .abandon(member: "0004", reason: "no memory")])
        try await fixture.performMemcached([.dropMember("0004"), .becomeAvailable])
        #expect(fixture.memcached()?.nodes.map(\.id) == ["0001", "0002", "0003"])
        #expect(fixture.events(of: "m").contains("Cache node 0004 could not be added: no memory"))
        #expect(fixture.events(of: "m").last == "Finished modifying number of nodes from 2 to 3")
        // What it had is free again.
        #expect(fixture.world.read { $0.addresses.count } == 4)
    }

    @Test func fewerNodes() async throws {
        let fixture = try await fixture("NumCacheNodes=3")
        let reply = try await modify(
            fixture,
            "NumCacheNodes=1&ApplyImmediately=true&CacheNodeIdsToRemove.CacheNodeId.1=0001&CacheNodeIdsToRemove.CacheNodeId.2=0003")
        #expect(reply.first("PendingModifiedValues")?.contains("<CacheNodeId>0003</CacheNodeId>") == true)
        let cluster = try #require(fixture.memcached())
        #expect(cluster.standing.map(\.id) == ["0002"] && cluster.configurationVersion > 1)
        try await fixture.performMemcached([.remove(member: "0001"), .remove(member: "0003")])
        #expect(fixture.world.read { $0.processes[cluster.nodes[0].process]?.value.goal } == .removed)
        try await fixture.performMemcached([.dropMember("0001"), .dropMember("0003"), .becomeAvailable])
        #expect(fixture.memcached()?.nodes.map(\.id) == ["0002"])
        #expect(
            fixture.events(of: "m").suffix(3) == [
                "Removed cache nodes 0001", "Removed cache nodes 0003", "Finished modifying number of nodes from 3 to 1",
            ])
    }

    @Test func whatIsPendingBeginsInTheWindow() async throws {
        let fixture = try await fixture("NumCacheNodes=1&PreferredMaintenanceWindow=mon:03:30-mon:04:30")
        let reply = try await modify(fixture, "NumCacheNodes=2&NewAvailabilityZones.PreferredAvailabilityZone.1=us-east-1b")
        #expect(reply.first("CacheClusterStatus") == "available")
        #expect(reply.first("PendingModifiedValues") == "<NumCacheNodes>2</NumCacheNodes>")
        let maintenance = MemcachedMaintenance(world: fixture.world, tools: fixture.tools)
        await maintenance.applyDue()
        #expect(fixture.memcached()?.nodes.count == 1)
        fixture.clock.advance(30 * 60)
        await maintenance.applyDue()
        let cluster = try #require(fixture.memcached())
        #expect(cluster.status == .modifying && cluster.pending == nil && cluster.resize == Resize(from: 1, to: 2))
        #expect(cluster.nodes[1].zone == "us-east-1b" && cluster.nodes[1].change == .joining)
    }

    @Test func theNumberThatThereIsTakesWhatIsPendingBack() async throws {
        let fixture = try await fixture()
        _ = try await modify(fixture, "NumCacheNodes=5")
        #expect(fixture.memcached()?.pending?.count == 5)
        _ = try await modify(fixture, "NumCacheNodes=3")
        #expect(fixture.memcached()?.pending?.count == 3)
        _ = try await modify(fixture, "NumCacheNodes=2")
        #expect(fixture.memcached()?.pending == nil)
    }

    @Test func applyingImmediatelyBeginsWhatIsPendingToo() async throws {
        let fixture = try await fixture()
        _ = try await modify(fixture, "NumCacheNodes=3")
        _ = try await modify(fixture, "AutoMinorVersionUpgrade=false&ApplyImmediately=true")
        let cluster = try #require(fixture.memcached())
        #expect(cluster.pending == nil && cluster.resize == Resize(from: 2, to: 3))
    }

    @Test(arguments: [
        ("NumCacheNodes=1", ["a"], "&AZMode=cross-az", ["b", "c"]),
        ("NumCacheNodes=1", ["a"], "", ["a", "a"]),
        ("NumCacheNodes=2&AZMode=cross-az", ["a", "b"], "", ["c", "d"]),
        (
            "NumCacheNodes=2&AZMode=cross-az", ["a", "b"],
            "&NewAvailabilityZones.PreferredAvailabilityZone.1=us-east-1a&NewAvailabilityZones.PreferredAvailabilityZone.2=us-east-1a",
            ["a", "a"]
        ),
    ])
    func zonesOfNewNodes(_ creation: String, _ old: [String], _ form: String, _ new: [String]) async throws {
        let fixture = try await fixture(creation)
        _ = try await modify(fixture, "NumCacheNodes=\(old.count + 2)&ApplyImmediately=true\(form)")
        #expect(fixture.memcached()?.nodes.map(\.zone) == (old + new).map { "us-east-1\($0)" })
    }

    @Test func aNewerVersionStartsEveryNodeAgain() async throws {
        let fixture = try await fixture("NumCacheNodes=2&EngineVersion=1.5.16")
        let reply = try await modify(fixture, "EngineVersion=1.6.12")
        #expect(reply.first("EngineVersion") == "1.5.16" && reply.first("CacheClusterStatus") == "available")
        #expect(reply.first("PendingModifiedValues") == "<EngineVersion>1.6.12</EngineVersion>")
        let applied = try await modify(fixture, "EngineVersion=1.6.22&ApplyImmediately=true")
        #expect(applied.first("CacheClusterStatus") == "modifying")
        let cluster = try #require(fixture.memcached())
        #expect(cluster.engineVersion == "1.6.22" && cluster.parameterGroup == "default.memcached1.6" && cluster.pendingUpgrade == nil)
        let mark = Member.Change.rebooting(incarnation: 1, since: Fixture.start)
        #expect(cluster.nodes.map(\.change) == [mark, mark])
        #expect(cluster.configurationVersion == 1)
        // It is told as it was until all nodes run the new version.
        for reply in [applied, try await fixture.call("DescribeCacheClusters", "CacheClusterId=m")] {
            #expect(reply.first("EngineVersion") == "1.5.16" && reply.first("CacheParameterGroupName") == "default.memcached1.5")
            #expect(reply.first("PendingModifiedValues") == "<EngineVersion>1.6.22</EngineVersion>")
            #expect(reply.first("ParameterApplyStatus") == "in-sync")
        }
        try await fixture.performMemcached([.start(member: "0001", follows: nil, data: .init()), .rebooted(member: "0001")])
        #expect(try await fixture.call("DescribeCacheClusters", "CacheClusterId=m").first("EngineVersion") == "1.5.16")
        try await fixture.performMemcached([
            .start(member: "0002", follows: nil, data: .init()), .rebooted(member: "0002"), .becomeAvailable,
        ])
        let done = try await fixture.call("DescribeCacheClusters", "CacheClusterId=m")
        #expect(done.first("EngineVersion") == "1.6.22" && done.first("CacheParameterGroupName") == "default.memcached1.6")
        #expect(done.first("PendingModifiedValues")?.isEmpty != false && done.first("ParameterApplyStatus") == "in-sync")
    }

    @Test func moreNodesOfANewerVersionAtOnce() async throws {
        let fixture = try await fixture("NumCacheNodes=1&EngineVersion=1.5.16")
        let reply = try await modify(fixture, "EngineVersion=1.6.22&NumCacheNodes=2&ApplyImmediately=true")
        #expect(
            reply.first("PendingModifiedValues") == "<NumCacheNodes>2</NumCacheNodes><EngineVersion>1.6.22</EngineVersion>",
            "\(reply.text)")
        #expect(reply.first("NumCacheNodes") == "1" && reply.first("EngineVersion") == "1.5.16")
    }

    // MARK: What is given up

    @Test func aVersionThatCannotBeHadIsGoneBackFrom() async throws {
        let fixture = try await Fixture(memcached: ["1.5.22", "1.6.18"])
        try await fixture.availableMemcached("m", "NumCacheNodes=3&EngineVersion=1.5.16")
        let old = try #require(fixture.memcached())
        #expect(old.build.version == "1.5.22")
        _ = try await modify(fixture, "EngineVersion=1.6.22&ApplyImmediately=true")
        // One is on the new build, one was told to end, one is as it was.
        try await fixture.performMemcached([.start(member: "0001", follows: nil, data: .init()), .rebooted(member: "0001")])
        try await fixture.performMemcached([.stop(member: "0002", reason: .reboot)])
        fixture.clock.advance(600)
        try await fixture.performMemcached([.giveUp(.settings, reason: "it took too long: 0002 is not running")])
        let cluster = try #require(fixture.memcached())
        #expect(cluster.engineVersion == "1.5.16" && cluster.build == old.build && cluster.parameterGroup == "default.memcached1.5")
        #expect(cluster.former == nil && cluster.status == .modifying && cluster.modifyingSince == fixture.clock.now)
        #expect(cluster.nodes.map(\.change) == [.rebooting(incarnation: 2, since: fixture.clock.now), nil, nil])
        #expect(
            fixture.events(of: "m").last == "The change to engine version 1.6.22 was given up: it took too long: 0002 is not running")
        let told = try await fixture.call("DescribeCacheClusters", "CacheClusterId=m")
        #expect(told.first("EngineVersion") == "1.5.16" && told.first("PendingModifiedValues")?.isEmpty != false)
    }

    @Test func aRebootIsGivenUp() async throws {
        let fixture = try await fixture()
        _ = try await fixture.call("RebootCacheCluster", "CacheClusterId=m&CacheNodeIdsToReboot.CacheNodeId.1=0002")
        try await fixture.performMemcached([.giveUp(.reboot(member: "0002"), reason: "it took too long: 0002 is ending")])
        #expect(fixture.memcached()?.nodes.map(\.change) == [nil, nil])
        #expect(fixture.events(of: "m").last == "The reboot of cache node 0002 was given up: it took too long: 0002 is ending")
        #expect(try await modify(fixture, "NumCacheNodes=3&ApplyImmediately=true").status == 200)
    }

    @Test func aGroupOfAnotherFamilyDoesNotGoAlong() async throws {
        let fixture = try await Fixture()
        try await fixture.world.transact { draft in
            for (name, family) in [("old", "memcached1.5"), ("new", "memcached1.6")] {
                try draft.put(ParameterGroup(realm: Fixture.home, name: name, family: family, description: "d"))
            }
        }
        try await fixture.availableMemcached("m", "EngineVersion=1.5.16&CacheParameterGroupName=old")
        try await fixture.expectRefusal(
            "ModifyCacheCluster", "CacheClusterId=m&EngineVersion=1.6.12&ApplyImmediately=true", "InvalidParameterCombination",
            "Expected a parameter group of family memcached1.6 but found one of family memcached1.5")
        _ = try await modify(fixture, "EngineVersion=1.6.12&CacheParameterGroupName=new&ApplyImmediately=true")
        #expect(fixture.memcached()?.parameterGroup == "new" && fixture.memcached()?.engineVersion == "1.6.12")
    }

    @Test func settingsAreTrueAtOnce() async throws {
        let fixture = try await fixture()
        let reply = try await modify(fixture, "AutoMinorVersionUpgrade=false&PreferredMaintenanceWindow=tue:01:00-tue:02:00")
        #expect(reply.first("AutoMinorVersionUpgrade") == "false" && reply.first("PreferredMaintenanceWindow") == "tue:01:00-tue:02:00")
        #expect(reply.first("CacheClusterStatus") == "available")
    }

    @Test(arguments: [
        ("EngineVersion=1.4.24", "InvalidParameterCombination", "Cannot modify memcached from 1.6.22 to 1.4.24"),
        ("NumCacheNodes=1", "InvalidParameterCombination", "CacheNodeIdsToRemove"),
        ("NumCacheNodes=1&CacheNodeIdsToRemove.CacheNodeId.1=0007", "InvalidParameterValue", "0007"),
        ("NumCacheNodes=0&CacheNodeIdsToRemove.CacheNodeId.1=0001", "InvalidParameterValue", "NumCacheNodes"),
        ("NumCacheNodes=41", "NodeQuotaForClusterExceeded", "NumCacheNodes"),
        ("AuthToken=0123456789abcdef", "InvalidParameterCombination", "AuthToken"),
        ("ScaleConfig.ScalePercentage=10", "InvalidParameterValue", "ScaleConfig"),
    ])
    func refusals(_ form: String, _ code: String, _ text: String) async throws {
        let fixture = try await fixture()
        try await fixture.expectRefusal("ModifyCacheCluster", "CacheClusterId=m&ApplyImmediately=true&\(form)", code, text)
    }

    @Test func aRebootMarksTheNodesThatAreNamed() async throws {
        let fixture = try await fixture()
        let reply = try await fixture.call("RebootCacheCluster", "CacheClusterId=m&CacheNodeIdsToReboot.CacheNodeId.1=0002")
        #expect(reply.first("CacheClusterStatus") == "rebooting cache cluster nodes")
        #expect(fixture.memcached()?.nodes.map(\.change) == [nil, .rebooting(incarnation: 1, since: Fixture.start)])
        #expect(try await modify(fixture, "NumCacheNodes=3").code == "InvalidCacheClusterState")
        try await fixture.performMemcached([.stop(member: "0002", reason: .reboot), .start(member: "0002", follows: nil, data: .init())])
        try await fixture.performMemcached([.rebooted(member: "0002")])
        #expect(fixture.events(of: "m").suffix(2) == ["Cache node 0002 shutdown", "Cache node 0002 restarted"])
        #expect(fixture.memcached()?.nodes[1].change == nil)
    }

    @Test func aDeletedClusterLeavesNothing() async throws {
        let fixture = try await Fixture()
        let before = try await fixture.records()
        try await fixture.availableMemcached("m", "NumCacheNodes=2")
        #expect(try await fixture.call("DeleteCacheCluster", "CacheClusterId=M").first("CacheClusterStatus") == "deleting")
        try await fixture.performMemcached([.forget])
        #expect(fixture.memcached() == nil)
        let left = try await fixture.records().keys.filter { before[$0] == nil && !$0.hasPrefix("event/") && $0 != "regions" }
        #expect(left.isEmpty, "\(left)")
        #expect(fixture.events(of: "m").last == "Cache cluster deleted")
        #expect(try await fixture.call("DescribeCacheClusters", "CacheClusterId=m").code == "CacheClusterNotFound")
    }

    @Test func aFailedCreationCanBeDeleted() async throws {
        let fixture = try await Fixture()
        try await fixture.createMemcached()
        try await fixture.performMemcached([.fail(reason: "no memory")])
        #expect(try await fixture.call("DescribeCacheClusters", "CacheClusterId=m").first("CacheClusterStatus") == "incompatible-network")
        #expect(try await fixture.call("DeleteCacheCluster", "CacheClusterId=m").status == 200)
    }
}
