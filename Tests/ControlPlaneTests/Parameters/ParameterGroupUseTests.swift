import CacheModel
import Planning
import Store
import Testing

@testable import ControlPlane

@Suite struct ParameterGroupUseTests {
    private static func fixture() async throws -> Fixture {
        let fixture = try await Fixture()
        try await fixture.parameterGroup("plain")
        try await fixture.parameterGroup("sharded", "redis7", ("cluster-enabled", "yes"))
        try await fixture.parameterGroup("old", "redis6.x")
        try await fixture.parameterGroup("other", "valkey8")
        try await fixture.parameterGroup("many", "redis7", ("databases", "100"))
        try await fixture.parameterGroup("quick", "redis7", ("timeout", "20"))
        return fixture
    }

    @Test(arguments: [
        ("plain", "", false), ("sharded", "", true), ("sharded", "&NumNodeGroups=2", true), ("SHARDED", "&ClusterMode=enabled", true),
        ("plain", "&NumNodeGroups=1&ReplicasPerNodeGroup=1", false), ("default.redis7.cluster.on", "", true),
    ])
    func itDecidesTheClusterMode(name: String, form: String, isCluster: Bool) async throws {
        let fixture = try await Self.fixture()
        try await fixture.create("g", "EngineVersion=7.0&CacheParameterGroupName=\(name)\(form)").expectSuccess()
        let group = try #require(fixture.group("g"))
        #expect(group.parameterGroup == name.lowercased() && group.clusterEnabled == isCluster)
    }

    @Test(arguments: [
        ("no-such", "", "CacheParameterGroupNotFound", "CacheParameterGroup not found: no-such"),
        ("old", "", "InvalidParameterCombination", "Expected a parameter group of family redis7 but found one of family redis6.x"),
        ("other", "", "InvalidParameterCombination", "valkey parameter group is not applicable to engine redis"),
        ("plain", "&NumNodeGroups=2", "InvalidParameterCombination", "NumNodeGroups is 2, and cluster-enabled is no"),
        ("sharded", "&AutomaticFailoverEnabled=false", "InvalidParameterValue", "cannot be created with auto failover turned off"),
        ("sharded", "&ClusterMode=disabled", "InvalidParameterCombination", "ClusterMode is disabled"),
    ])
    func noCreation(name: String, form: String, code: String, text: String) async throws {
        let fixture = try await Self.fixture()
        let base = "ReplicationGroupId=g&ReplicationGroupDescription=d&CacheNodeType=cache.t3.micro&EngineVersion=7.0"
        try await fixture.expectRefusal("CreateReplicationGroup", "\(base)&CacheParameterGroupName=\(name)\(form)", code, text)
    }

    @Test func itIsUsedFromNowOn() async throws {
        let fixture = try await Self.fixture()
        try await fixture.available("g", "EngineVersion=7.0&NumCacheClusters=2")
        try await fixture.call("ModifyReplicationGroup", "ReplicationGroupId=g&CacheParameterGroupName=Quick&ApplyImmediately=true")
            .expectSuccess()
        let group = try #require(fixture.group("g"))
        #expect(group.parameterGroup == "quick" && group.status == .modifying && group.pending == nil)
        #expect(fixture.events(of: "g-002") == ["Updated to use a CacheParameterGroup quick"])
        try await fixture.expectRefusal(
            "DeleteCacheParameterGroup", "CacheParameterGroupName=quick", "InvalidCacheParameterGroupState", "g")
    }

    /// The clock stands at a Monday, 03:00.
    @Test func itIsUsedFromTheMaintenanceWindowOn() async throws {
        let fixture = try await Self.fixture()
        try await fixture.available("g", "EngineVersion=7.0&SnapshotWindow=10:00-11:00&PreferredMaintenanceWindow=mon:03:30-mon:04:30")
        try await fixture.call("ModifyReplicationGroup", "ReplicationGroupId=g&CacheParameterGroupName=quick").expectSuccess()
        var group = try #require(fixture.group("g"))
        #expect(group.parameterGroup == "default.redis7" && group.status == .available && group.pending?.parameterGroup == "quick")
        try await fixture.expectRefusal(
            "DeleteCacheParameterGroup", "CacheParameterGroupName=quick", "InvalidCacheParameterGroupState", "g")
        fixture.clock.advance(30 * 60)
        await MaintenanceWindows(world: fixture.world, now: { fixture.clock.now }).applyDue()
        group = try #require(fixture.group("g"))
        #expect(group.parameterGroup == "quick" && group.status == .modifying && group.pending == nil)
    }

    @Test(arguments: [
        ("CacheParameterGroupName=default.redis7", "default.redis7"), ("ApplyImmediately=true&AutoMinorVersionUpgrade=false", "quick"),
    ])
    func whatIsPendingIsDroppedOrDone(form: String, name: String) async throws {
        let fixture = try await Self.fixture()
        try await fixture.available("g", "EngineVersion=7.0")
        try await fixture.call("ModifyReplicationGroup", "ReplicationGroupId=g&CacheParameterGroupName=quick").expectSuccess()
        try await fixture.call("ModifyReplicationGroup", "ReplicationGroupId=g&\(form)").expectSuccess()
        #expect(fixture.group("g")?.parameterGroup == name && fixture.group("g")?.pending == nil)
    }

    @Test(arguments: [
        ("no-such", "CacheParameterGroupNotFound", "CacheParameterGroup not found: no-such"),
        ("old", "InvalidParameterCombination", "Expected a parameter group of family redis7 but found one of family redis6.x"),
        ("other", "InvalidParameterCombination", "valkey parameter group is not applicable to engine redis"),
        (
            "sharded", "InvalidParameterCombination",
            "The parameter cluster-enabled has a different value in the requested parameter group than the current parameter group. "
                + "This parameter value cannot be changed for a cache cluster"
        ),
        ("many", "InvalidParameterCombination", "The parameter databases has a different value"),
    ])
    func noChange(name: String, code: String, text: String) async throws {
        let fixture = try await Self.fixture()
        try await fixture.available("g", "EngineVersion=7.0")
        try await fixture.expectRefusal(
            "ModifyReplicationGroup", "ReplicationGroupId=g&CacheParameterGroupName=\(name)&ApplyImmediately=true", code, text)
    }

    @Test func aGroupThatWasChangedMeanwhile() async throws {
        let fixture = try await Self.fixture()
        let checked = try #require(fixture.world.read { $0.parameterGroup("plain", in: Fixture.home) })
        try await fixture.call("ModifyCacheParameterGroup", Fixture.form("plain", [("cluster-enabled", "yes")])).expectSuccess()
        await #expect {
            try await fixture.world.transact { try $0.refer(to: checked, in: Fixture.home) }
        } throws: { "\($0)".contains("pending changes") }
        try await fixture.call("DeleteCacheParameterGroup", "CacheParameterGroupName=plain").expectSuccess()
        await #expect {
            try await fixture.world.transact { try $0.refer(to: checked, in: Fixture.home) }
        } throws: { "\($0)".contains("not found") }
    }

    /// Its deletion, having seen no user, does not hold.
    @Test func aReferenceIsAConditionForItsDeletion() async throws {
        let fixture = try await Self.fixture()
        let definition = try #require(fixture.world.read { $0.parameterGroup("plain", in: Fixture.home) })
        var attempts = 0
        var conditions: [Transaction.Condition] = []
        try await fixture.world.transact { draft in
            attempts += 1
            try draft.refer(to: definition, in: Fixture.home)
            conditions = draft.transaction.conditions
        }
        #expect(attempts == 1 && conditions.map(\.key) == ["parameter-group/000000000000/us-east-1/plain"])
    }

    @Test func usersAreToldOfNewValues() async throws {
        let fixture = try await Self.fixture()
        try await fixture.available("user", "EngineVersion=7.0&CacheParameterGroupName=quick")
        try await fixture.available("stranger", "EngineVersion=7.0")
        let told = fixture.world.changedGroups()
        try await fixture.call("ModifyCacheParameterGroup", Fixture.form("quick", [("timeout", "30")])).expectSuccess()
        // What changes nothing is told to nobody.
        try await fixture.call("ModifyCacheParameterGroup", Fixture.form("quick", [("timeout", "30")])).expectSuccess()
        try await fixture.change("stranger") { $0.description = "last" }
        var keys: [String] = []
        for await key in told {
            keys.append(key.id)
            if keys.count == 4 { break }
        }
        #expect(keys.prefix(2).sorted() == ["stranger", "user"] && keys.suffix(2) == ["user", "stranger"])
    }
}
