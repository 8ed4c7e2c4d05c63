import CacheModel
import Logging
import Planning
import Testing

@testable import ControlPlane

/// A cache cluster's id is one cluster's at a time, whatever group it is in.
@Suite struct ClusterIDTests {
    private static func owners(_ fixture: Fixture) async throws -> [String: String] {
        let records = try await fixture.records().filter { $0.key.hasPrefix("cluster-id/") }
        return records.mapValues { String(decoding: $0, as: UTF8.self) }
    }

    @Test func aGroupTakesTheIDsOfItsMembers() async throws {
        let fixture = try await Fixture()
        try await fixture.create("g", "NumNodeGroups=2", region: "eu-west-1")
        let uid = try #require(fixture.group("g", region: "eu-west-1")).uid
        let prefix = "cluster-id/000000000000/eu-west-1/g-"
        #expect(try await Self.owners(fixture) == ["\(prefix)0001-001": uid, "\(prefix)0002-001": uid])
    }

    /// The members of one have the names of the other's.
    @Test(arguments: [
        ("col", "NumNodeGroups=2", "col-0001", "NumCacheClusters=1", "col-0001-001"),
        ("col-0001", "NumCacheClusters=1", "col", "NumNodeGroups=2", "col-0001-001"),
        ("col-0002", "NumCacheClusters=2", "col", "NumNodeGroups=2&ReplicasPerNodeGroup=1", "col-0002-001"),
        ("col", "NumNodeGroups=2&ReplicasPerNodeGroup=2", "col-0002", "", "col-0002-001"),
    ])
    func twoGroupsDoNotShareAName(first: String, form: String, second: String, other: String, shared: String) async throws {
        let fixture = try await Fixture()
        try await fixture.create(first, form).expectSuccess()
        let before = try await fixture.records()
        let reply = try await fixture.create(second, other)
        #expect(reply.code == "CacheClusterAlreadyExists" && reply.status == 400)
        #expect(reply.message.contains(shared) && reply.message.contains("ReplicationGroupId"), "\(reply.text)")
        #expect(try await fixture.records() == before)
        #expect(fixture.world.read { $0.addresses.count } == before.keys.count { $0.hasPrefix("address/") })
        // It is free again when the first has gone, not before.
        try await fixture.set(first, .deleting)
        #expect(try await fixture.create(second, other).code == "CacheClusterAlreadyExists")
        try await fixture.perform([.forget], on: first)
        try await fixture.create(second, other).expectSuccess()
    }

    @Test(arguments: [
        ("col", "NumNodeGroups=2", "col-0003", ""), ("col", "NumCacheClusters=3", "col-001", "NumCacheClusters=3"),
        ("foo-2", "", "foo", "NumCacheClusters=6"), ("col", "NumNodeGroups=2", "col-0001-001", ""),
    ])
    func groupsOfSimilarNamesDoNotMind(first: String, form: String, second: String, other: String) async throws {
        let fixture = try await Fixture()
        try await fixture.create(first, form).expectSuccess()
        try await fixture.create(second, other).expectSuccess()
    }

    @Test func anotherRegionIsAnotherMatter() async throws {
        let fixture = try await Fixture()
        try await fixture.create("col", "NumNodeGroups=2").expectSuccess()
        try await fixture.create("col-0001", region: "eu-west-1").expectSuccess()
    }

    @Test func ofManyAtTheSameTimeOneHasIt() async throws {
        let fixture = try await Fixture()
        let codes = try await withThrowingTaskGroup(of: String?.self) { group in
            for number in 0..<12 {
                group.addTask {
                    number.isMultiple(of: 2)
                        ? try await fixture.create("col", "NumNodeGroups=2").code : try await fixture.create("col-0001").code
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(codes.count { $0 == nil } == 1)
        #expect(fixture.world.read { $0.groups.count } == 1)
    }

    @Test func theyAreKnownAfterARestart() async throws {
        let fixture = try await Fixture()
        try await fixture.create("col", "NumNodeGroups=2")
        let again = try await Fixture(store: fixture.store)
        #expect(again.world.read { $0.unreadable.isEmpty })
        #expect(again.world.read { $0.clusterIDs[Fixture.home].map { Set($0.keys) } } == ["col-0001-001", "col-0002-001"])
        #expect(try await again.create("col-0001").code == "CacheClusterAlreadyExists")
    }

    // MARK: Lone clusters

    @Test(arguments: [
        ("redis", "", "redis-001", true), ("redis", "NumNodeGroups=2", "redis-0001-001", true),
        ("redis", "NumNodeGroups=2&ReplicasPerNodeGroup=1", "redis-0002-002", true), ("redis", "NumCacheClusters=2", "redis-002", true),
        ("redis", "", "redis-002", false), ("redis", "", "redis-0001-001", false), ("redis", "NumNodeGroups=2", "redis-001", false),
        ("redis", "", "redis-a", false), ("redis-0", "", "redis-001", false), ("foo", "NumCacheClusters=6", "foo-2-001", false),
    ])
    func aLoneClusterOfAMembersNameIsInTheWay(id: String, form: String, cluster: String, isInTheWay: Bool) async throws {
        let fixture = try await Fixture()
        try await fixture.create("template")
        var made = try #require(fixture.group("template"))
        made.kind = .cacheCluster
        made.id = cluster
        let alone = made
        try await fixture.world.transact { draft in
            try draft.put(alone)
            draft.takeClusterID(cluster, in: Fixture.home, for: alone.uid)
        }
        #expect(try await fixture.create(id, form).code == (isInTheWay ? "CacheClusterAlreadyExists" : nil))
    }

    /// A primary that outlives its group keeps its name, the others' are free.
    @Test func aRetainedPrimaryKeepsItsID() async throws {
        let fixture = try await Fixture()
        try await fixture.available("foo-2", "NumCacheClusters=2")
        try await fixture.perform([.becomeCacheCluster], on: "foo-2")
        #expect(fixture.world.read { $0.clusterIDs[Fixture.home].map { Array($0.keys) } } == ["foo-2-001"])
        #expect(try await fixture.create("foo-2").code == "CacheClusterAlreadyExists")
        try await fixture.create("foo").expectSuccess()
        try await fixture.perform([.forget], on: "foo-2-001", kind: .cacheCluster)
        try await fixture.create("foo-2", "NumCacheClusters=2").expectSuccess()
    }
}
