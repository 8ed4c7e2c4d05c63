import CacheModel
import Engine
import Testing

@testable import ControlPlane

@Suite struct TransitEncryptionTests {
    private static let tls = "TransitEncryptionEnabled=true"

    @Test func theAnswersTellOfIt() async throws {
        let fixture = try await Fixture()
        let reply = try await fixture.create("g", Self.tls)
        #expect(reply.first("TransitEncryptionEnabled") == "true" && reply.first("TransitEncryptionMode") == "required")
        #expect(fixture.group("g")?.transitEncryption == .required)
        let old = try await fixture.create("old", Self.tls + "&EngineVersion=6.2")
        #expect(old.first("TransitEncryptionEnabled") == "true" && !old.has("TransitEncryptionMode"))
    }

    @Test func theNamesOfEndpointsAreOthers() async throws {
        let fixture = try await Fixture(endpoints: .name)
        try await fixture.available("g", Self.tls)
        try await fixture.available("c", Self.tls + "&NumNodeGroups=2&ReplicasPerNodeGroup=1")
        let text = try await fixture.call("DescribeReplicationGroups").text
        for name in ["master.g.", "replica.g.", "g-001.g.", "clustercfg.c."] { #expect(text.contains("<Address>\(name)"), "\(name)") }
        #expect(try await fixture.call("DescribeCacheClusters", "ShowCacheNodeInfo=true").text.contains("<Address>c-0002-002.c."))
    }

    /// What is installed, and what is chosen of it.
    @Test(arguments: [(["7.0.15", "8.2.0 tls"], "8.2.0"), (["7.0.15"], nil), (["7.0.15 tls"], "7.0.15")] as [([String], String?)])
    func onlyBuildsWithTLSAreChosen(installed: [String], chosen: String?) async throws {
        let builds = installed.map { text in
            EngineBuild.sample(.redis, String(text.split(separator: " ")[0]), servesTLS: text.hasSuffix("tls"))
        }
        let fixture = try await Fixture(builds: builds)
        let reply = try await fixture.create("g", "EngineVersion=7.0&" + Self.tls)
        #expect(fixture.group("g")?.build.version == chosen)
        if chosen == nil {
            #expect(reply.code == "InsufficientCacheClusterCapacity" && reply.message.contains("TLS") && reply.message.contains("install"))
        }
        try await fixture.create("clear", "EngineVersion=7.0").expectSuccess()
        #expect(fixture.group("clear")?.build.version == "7.0.15")
    }

    @Test(arguments: [
        (
            tls + "&EngineVersion=6.2", "TransitEncryptionMode=required",
            "Transit encryption mode is not supported for engine version 6.2.6."
        ),
        ("EngineVersion=6.2", tls, "Transit encryption mode is not supported for engine version 6.2.6."),
        (tls, "TransitEncryptionEnabled=false&TransitEncryptionMode=preferred", "To modify transit encryption mode, set"),
    ])
    func modificationsThatAreRefused(created: String, form: String, text: String) async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", created)
        try await fixture.expectRefusal("ModifyReplicationGroup", "ReplicationGroupId=g&\(form)", "InvalidParameterCombination", text)
    }

    @Test(arguments: ["TransitEncryptionEnabled=true", "TransitEncryptionMode=required"])
    func whatIsSoAlreadyIsAccepted(form: String) async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", Self.tls)
        let reply = try await fixture.call("ModifyReplicationGroup", "ReplicationGroupId=g&\(form)")
        #expect(reply.status == 200 && reply.first("Status") == "available")
    }
}
