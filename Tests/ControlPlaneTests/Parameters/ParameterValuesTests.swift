import CacheModel
import Testing

@testable import ControlPlane

@Suite struct ParameterValuesTests {
    @Test func given() async throws {
        let fixture = try await Fixture()
        try await fixture.parameterGroup(
            "p", "redis7", ("timeout", "20"), ("notify-keyspace-events", ""), ("maxmemory-policy", "volatile-lru"))
        #expect(fixture.changes("p") == ["timeout": "20", "notify-keyspace-events": "", "maxmemory-policy": "volatile-lru"])
        // What it was already is no news.
        #expect(fixture.events(of: "p") == ["Updated parameter timeout to 20"])
    }

    @Test(arguments: [
        ("timeout", "5", "The parameter timeout can not be 5: invalid parameter value, allowed values are:0,20-"),
        ("activedefrag", "maybe", "invalid parameter value, allowed values are:yes,no"),
        ("activedefrag", "", "invalid parameter value, allowed values are:yes,no"),
        ("maxmemory-samples", "lots", "invalid parameter value"), ("notify-keyspace-events", "Q", "invalid parameter value"),
        ("appendonly", "yes", "The parameter appendonly cannot be modified."),
        ("maxclients", "100", "The parameter maxclients cannot be modified."),
        ("maxmemory", "100", "Parameter maxmemory doesn't exist"), ("no-such", "1", "Parameter no-such doesn't exist"),
        ("rename-commands", "GET fetch", "get can only be blocked here, and not be called fetch"),
        ("rename-commands", "CONFIG blocked", "config is none of the commands"),
        ("rename-commands", "GET", "pairs of a command and blocked"),
    ])
    func refused(name: String, value: String, text: String) async throws {
        let fixture = try await Fixture()
        try await fixture.parameterGroup("p")
        // Nothing of a request holds if one part of it can't.
        let form = Fixture.form("p", [("latency-tracking", "yes"), (name, value)])
        try await fixture.expectRefusal("ModifyCacheParameterGroup", form, "InvalidParameterValue", text)
    }

    @Test(arguments: ["ModifyCacheParameterGroup", "ResetCacheParameterGroup"]) func howMany(action: String) async throws {
        let fixture = try await Fixture()
        try await fixture.parameterGroup("p")
        let names = ["timeout"] + (try #require(ParameterFamily("redis7"))).parameters.filter(\.isModifiable).map(\.name).prefix(20)
        let values = names.map { ($0, "1") }
        try await fixture.expectRefusal(action, "CacheParameterGroupName=p", "InvalidParameterValue", "ParameterNameValues")
        try await fixture.expectRefusal(action, Fixture.form("p", values), "InvalidParameterValue", "at most 20")
        try await fixture.expectRefusal(action, Fixture.form("p", [values[0], values[0]]), "InvalidParameterValue", "timeout again")
    }

    @Test func takenBack() async throws {
        let fixture = try await Fixture()
        try await fixture.parameterGroup("p", "redis7", ("timeout", "20"), ("latency-tracking", "yes"), ("tcp-keepalive", "5"))
        try await fixture.call("ResetCacheParameterGroup", Fixture.form("p", [("timeout", "")])).expectSuccess()
        #expect(fixture.changes("p") == ["latency-tracking": "yes", "tcp-keepalive": "5"])
        try await fixture.call("ResetCacheParameterGroup", "CacheParameterGroupName=p&ResetAllParameters=true").expectSuccess()
        #expect(fixture.changes("p") == [:])
        #expect(
            fixture.events(of: "p").suffix(3) == [
                "Updated parameter timeout to 0", "Updated parameter latency-tracking to no", "Updated parameter tcp-keepalive to 300",
            ])
    }

    /// As Terraform does it: `reserved-memory` can't be reset, so that it is replaced by the percentage, and that reset.
    @Test func memoryIsReservedByOneOfTwo() async throws {
        let fixture = try await Fixture()
        try await fixture.parameterGroup("p", "redis7", ("reserved-memory-percent", "10"), ("reserved-memory", "1000"))
        #expect(fixture.changes("p") == ["reserved-memory": "1000"])
        let described = try await fixture.call("DescribeCacheParameters", "CacheParameterGroupName=p&Source=user")
        #expect(described.all("ParameterName") == ["reserved-memory"])
        try await fixture.expectRefusal(
            "ResetCacheParameterGroup", Fixture.form("p", [("reserved-memory", "1")]), "InvalidParameterValue",
            "Parameter reserved-memory doesn't exist")
        try await fixture.call("ModifyCacheParameterGroup", Fixture.form("p", [("reserved-memory-percent", "0")])).expectSuccess()
        try await fixture.call("ResetCacheParameterGroup", Fixture.form("p", [("reserved-memory-percent", "0")])).expectSuccess()
        #expect(fixture.changes("p") == [:])
    }

    @Test(arguments: [
        ("cluster-enabled", "yes", "redis7", "7.0"), ("databases", "20", "redis7", "7.0"), ("databases", "8", "redis4.0", "4.0.10"),
    ])
    func settledInUse(name: String, value: String, family: String, version: String) async throws {
        let fixture = try await Fixture()
        try await fixture.parameterGroup("p", family, (name, value))
        try await fixture.call("ResetCacheParameterGroup", "CacheParameterGroupName=p&ResetAllParameters=true").expectSuccess()
        try await fixture.available("g", "EngineVersion=\(version)&CacheParameterGroupName=p")
        let form = Fixture.form("p", [(name, value)])
        try await fixture.expectRefusal(
            "ModifyCacheParameterGroup", form, "InvalidParameterValue", "The parameter \(name) cannot be modified. The cluster g uses p.")
        // What it is already it may be told again.
        let same = try #require(ParameterFamily(family)?.parameter(name)).value
        try await fixture.call("ModifyCacheParameterGroup", Fixture.form("p", [(name, same)])).expectSuccess()
        try await fixture.call("ResetCacheParameterGroup", Fixture.form("p", [(name, same)])).expectSuccess()
    }

    @Test(arguments: [("", 63 + 3), ("&Source=system", 62 + 3), ("&Source=user", 1), ("&Source=engine-default", 0)])
    func bySource(form: String, count: Int) async throws {
        let fixture = try await Fixture()
        try await fixture.parameterGroup("p", "redis7", ("timeout", "20"))
        let reply = try await fixture.call("DescribeCacheParameters", "CacheParameterGroupName=p\(form)")
        #expect(reply.all("ParameterName").count == count, "\(reply.all("ParameterName"))")
        let values = Set(reply.all("Source"))
        #expect(form.isEmpty ? values == ["user", "system"] : values.isSubset(of: [String(form.dropFirst("&Source=".count))]))
    }

    @Test func described() async throws {
        let fixture = try await Fixture()
        let reply = try await fixture.call("DescribeCacheParameters", "CacheParameterGroupName=default.redis5.0.cluster.on")
        #expect(
            reply.text.contains("<ParameterName>cluster-enabled</ParameterName><ParameterValue>yes</ParameterValue><Description>"))
        #expect(
            reply.text.contains(
                "<ParameterName>timeout</ParameterName><ParameterValue>0</ParameterValue><Description>Seconds after which an idle client is "
                    + "disconnected; 0: never.</Description><Source>system</Source><DataType>integer</DataType><AllowedValues>0,20-</AllowedValues>"
                    + "<IsModifiable>true</IsModifiable><MinimumEngineVersion>5.0.0</MinimumEngineVersion><ChangeType>immediate</ChangeType>"
            ))
        #expect(reply.text.contains("<CacheNodeType>cache.t3.micro</CacheNodeType><Value>536870912</Value>"))
        try await fixture.expectRefusal(
            "DescribeCacheParameters", "CacheParameterGroupName=default.redis7&Source=me", "InvalidParameterValue", "Source")
    }

    @Test func paged() async throws {
        let fixture = try await Fixture()
        var names: [String] = []
        var marker = ""
        repeat {
            let reply = try await fixture.call(
                "DescribeEngineDefaultParameters",
                "CacheParameterGroupFamily=valkey9&MaxRecords=20" + (marker.isEmpty ? "" : "&Marker=\(marker)"))
            names += reply.all("ParameterName").sorted()
            marker = reply.marker?.escaped ?? ""
        } while !marker.isEmpty
        let family = try #require(ParameterFamily("valkey9"))
        #expect(names == names.sorted() && Set(names).count == names.count && names.count == family.parameters.count + 3)
        try await fixture.expectRefusal(
            "DescribeEngineDefaultParameters", "CacheParameterGroupFamily=redis8", "InvalidParameterValue", "redis8 is not a valid")
    }
}
