import CacheModel
import Testing

@testable import ControlPlane

@Suite struct ParameterGroupsTests {
    private static let base = "CacheParameterGroupName=p&CacheParameterGroupFamily=redis7&Description=d"

    @Test func made() async throws {
        let fixture = try await Fixture()
        let reply = try await fixture.call(
            "CreateCacheParameterGroup", "CacheParameterGroupName=Mine&CacheParameterGroupFamily=redis7&Description=")
        #expect(reply.first("CacheParameterGroupName") == "mine" && reply.first("CacheParameterGroupFamily") == "redis7")
        #expect(reply.first("Description") == " " && reply.first("IsGlobal") == "false")
        #expect(reply.first("ARN") == "arn:aws:elasticache:us-east-1:000000000000:parametergroup:mine")
        let described = try await fixture.call("DescribeCacheParameterGroups", "CacheParameterGroupName=MINE")
        #expect(described.all("CacheParameterGroupName") == ["mine"])
    }

    @Test(arguments: [
        (
            "CacheParameterGroupFamily=redis7.2", "InvalidParameterValue",
            "CacheParameterGroupFamily redis7.2 is not a valid parameter group family."
        ),
        (
            "CacheParameterGroupName=default.mine", "InvalidParameterValue",
            "The parameter CacheParameterGroupName is not a valid identifier. Ident"
        ),
        ("CacheParameterGroupName=-", "InvalidParameterValue", "CacheParameterGroupName is not a valid identifier"),
        (
            "CacheParameterGroupName=" + String(repeating: "p", count: 256), "InvalidParameterValue",
            "because it is longer than 255 characters."
        ),
        ("CacheParameterGroupName=TAKEN", "CacheParameterGroupAlreadyExists", "Parameter group taken already exists"),
        ("Tags.Tag.1.Key=aws:x", "InvalidParameterValue", "Tags.Tag.1.Key"),
    ])
    func notMade(form: String, code: String, text: String) async throws {
        let fixture = try await Fixture()
        try await fixture.parameterGroup("taken")
        try await fixture.expectRefusal("CreateCacheParameterGroup", "\(Self.base)&\(form)", code, text)
    }

    @Test func aQuota() async throws {
        let fixture = try await Fixture()
        try await fixture.world.transact { draft in
            for n in 0..<300 {
                try draft.put(ParameterGroup(realm: Fixture.home, name: "p\(n)", family: "redis7", description: "d"))
            }
        }
        try await fixture.expectRefusal("CreateCacheParameterGroup", Self.base, "CacheParameterGroupQuotaExceeded", "300")
        #expect(try await fixture.call("CreateCacheParameterGroup", Self.base, region: "eu-west-1").status == 200)
    }

    @Test func listed() async throws {
        let fixture = try await Fixture()
        try await fixture.parameterGroup("zebra")
        try await fixture.parameterGroup("ant")
        try await fixture.parameterGroup("bee")
        let names = try await fixture.call("DescribeCacheParameterGroups").all("CacheParameterGroupName")
        #expect(names.first == "ant" && names.last == "zebra" && names == names.sorted())
        #expect(Set(names).isSuperset(of: DefaultParameterGroup.all.map(\.name)))
        let first = try await fixture.call("DescribeCacheParameterGroups", "MaxRecords=20")
        let marker = try #require(first.marker).escaped
        let second = try await fixture.call("DescribeCacheParameterGroups", "MaxRecords=20&Marker=\(marker)")
        #expect(first.all("CacheParameterGroupName") + second.all("CacheParameterGroupName") == names && second.marker == nil)
        #expect(
            try await fixture.call("DescribeCacheParameterGroups", region: "eu-west-1").all("CacheParameterGroupName").count == names.count
                - 3)
    }

    @Test(arguments: [
        ("DescribeCacheParameterGroups", "", "CacheParameterGroup no-such not found."),
        ("DescribeCacheParameters", "", "CacheParameterGroup no-such not found."),
        (
            "ModifyCacheParameterGroup", "&ParameterNameValues.ParameterNameValue.1.ParameterName=timeout",
            "CacheParameterGroup not found: no-such"
        ),
        ("ResetCacheParameterGroup", "&ResetAllParameters=true", "CacheParameterGroup not found: no-such"),
        ("DeleteCacheParameterGroup", "", "CacheParameterGroupnot found: no-such"),
    ])
    func unknown(action: String, form: String, text: String) async throws {
        let fixture = try await Fixture()
        try await fixture.expectRefusal(action, "CacheParameterGroupName=no-such\(form)", "CacheParameterGroupNotFound", text)
        #expect(try await fixture.call(action, "CacheParameterGroupName=no-such\(form)").status == 404)
    }

    @Test(arguments: [
        (
            "ModifyCacheParameterGroup", "&ParameterNameValues.ParameterNameValue.1.ParameterName=timeout",
            "default.redis7 is a default group and cannot be modified."
        ),
        ("ResetCacheParameterGroup", "&ResetAllParameters=true", "default.redis7 is a default group and cannot be modified."),
        ("DeleteCacheParameterGroup", "", "The parameter CacheParameterGroupName is not a valid identifier. Identifiers must begin"),
    ])
    func defaultGroupsStay(action: String, form: String, text: String) async throws {
        let fixture = try await Fixture()
        try await fixture.expectRefusal(action, "CacheParameterGroupName=default.redis7\(form)", "InvalidParameterValue", text)
    }

    @Test func deleted() async throws {
        let fixture = try await Fixture()
        try await fixture.parameterGroup("p")
        try await fixture.available("g", "EngineVersion=7.0&CacheParameterGroupName=P")
        try await fixture.expectRefusal("DeleteCacheParameterGroup", "CacheParameterGroupName=p", "InvalidCacheParameterGroupState", "g")
        try await fixture.world.transact { $0.removeGroup(fixture.key("g")) }
        try await fixture.call("DeleteCacheParameterGroup", "CacheParameterGroupName=P").expectSuccess()
        #expect(fixture.changes("p") == nil)
    }
}
