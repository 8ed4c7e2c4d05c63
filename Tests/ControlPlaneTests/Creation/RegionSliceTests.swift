import CacheModel
import Planning
import Testing

@testable import ControlPlane

/// Which slice of the network is a region's.
@Suite struct RegionSliceTests {
    private static func name(_ number: Int) -> String { "xx-region-\(number)" }

    /// Every slice is a region's, each with the group `g`.
    private static func full() async throws -> Fixture {
        let fixture = try await Fixture()
        for number in 1...16 { try await fixture.create("g", region: name(number)).expectSuccess() }
        return fixture
    }

    private static func slices(_ fixture: Fixture) -> [String: Int] { fixture.world.read { $0.regions.value } }

    @Test func everyRegionHasItsShareUntilThereIsNoneLeft() async throws {
        let fixture = try await Self.full()
        #expect(Set(Self.slices(fixture).values) == Set(0..<16))
        let before = try await fixture.records()
        let reply = try await fixture.create("g", region: Self.name(17))
        #expect(reply.code == "InsufficientCacheClusterCapacity" && reply.message.contains("16 regions"))
        #expect(try await fixture.records() == before)
        #expect(try await fixture.create("h", region: Self.name(16)).status == 200)
    }

    @Test func allAreOneRecord() async throws {
        let fixture = try await Self.full()
        #expect(try await fixture.records().keys.filter { $0.hasPrefix("region") } == ["regions"])
    }

    @Test func aRegionWithoutGroupsGivesItsSliceBackWhenAllAreTaken() async throws {
        let fixture = try await Self.full()
        let slice = try #require(Self.slices(fixture)[Self.name(7)])
        try await fixture.perform([.fail(reason: "x"), .forget], on: "g", region: Self.name(7))
        #expect(Self.slices(fixture)[Self.name(7)] == slice, "it keeps it while nobody needs it")
        try await fixture.create("g", region: Self.name(17)).expectSuccess()
        #expect(Self.slices(fixture)[Self.name(17)] == slice && Self.slices(fixture)[Self.name(7)] == nil)
        #expect(Self.slices(fixture).count == 16 && Set(Self.slices(fixture).values).count == 16)
        // It has to stand in line like everybody else now.
        #expect(try await fixture.create("g", region: Self.name(7)).code == "InsufficientCacheClusterCapacity")
        try await fixture.perform([.forget], on: "g", region: Self.name(3))
        try await fixture.create("g", region: Self.name(7)).expectSuccess()
    }

    @Test func aFreeSliceIsTakenBeforeAnAbandonedOne() async throws {
        let fixture = try await Fixture()
        try await fixture.create("g", region: Self.name(1))
        try await fixture.perform([.forget], on: "g", region: Self.name(1))
        try await fixture.create("g", region: Self.name(2))
        #expect(Self.slices(fixture) == [Self.name(1): 0, Self.name(2): 1])
        try await fixture.create("g", region: Self.name(1))
        #expect(Self.slices(fixture)[Self.name(1)] == 0)
    }

    /// Whoever still is there: another account's group, or a primary that outlived its group.
    @Test func aSliceInUseIsNotGivenBack() async throws {
        let fixture = try await Self.full()
        try await fixture.set("g", .available, region: Self.name(5))
        try await fixture.perform([.becomeCacheCluster], on: "g", region: Self.name(5))
        #expect(try await fixture.create("g", region: Self.name(17)).code == "InsufficientCacheClusterCapacity")
        let other = try #require(fixture.group("g", region: Self.name(6)))
        try await fixture.world.transact { draft in
            var foreign = other
            foreign.realm = Realm(region: Self.name(6), account: "111111111111")
            draft.removeGroup(other.key)
            try draft.put(foreign)
        }
        #expect(try await fixture.create("g", region: Self.name(17)).code == "InsufficientCacheClusterCapacity")
    }

    @Test func regionsThatComeAtTheSameTimeHaveEachItsOwn() async throws {
        let fixture = try await Fixture()
        let codes = try await withThrowingTaskGroup(of: String?.self) { group in
            for number in 1...20 { group.addTask { try await fixture.create("g", region: Self.name(number)).code } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(codes.count { $0 == nil } == 16 && codes.count { $0 == "InsufficientCacheClusterCapacity" } == 4)
        #expect(Set(Self.slices(fixture).values) == Set(0..<16))
    }
}
