import CacheModel
import Engine
import Foundation
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
        ("", tls, "requires TransitEncryptionMode preferred in the same request"),
        ("", tls + "&TransitEncryptionMode=required", "is reached in two steps"),
        ("", "TransitEncryptionMode=preferred", "To modify transit encryption mode, set"),
        (tls, "TransitEncryptionEnabled=false", "is turned off in two steps"),
        (
            tls + "&TransitEncryptionMode=preferred", "AuthToken=token-0123456789&ApplyImmediately=true",
            "Transit encryption preferred is not supported with redis access control."
        ),
        (
            tls + "&AuthToken=token-0123456789", "TransitEncryptionMode=required",
            "Modification of transit encryption is not supported for access control enabled clusters."
        ),
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

    private static let preferred = tls + "&TransitEncryptionMode=preferred"

    /// What is asked for, of what, and what is then recorded.
    @Test(
        arguments: [
            ("", preferred, .preferred, nil), (preferred, "TransitEncryptionMode=required", .required, nil),
            (tls, "TransitEncryptionMode=preferred", .preferred, true), (preferred, "TransitEncryptionEnabled=false", nil, nil),
        ] as [(String, String, TransitEncryptionMode?, Bool?)])
    func changes(created: String, form: String, mode: TransitEncryptionMode?, standing: Bool?) async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", created)
        let former = fixture.group("g")?.transitEncryption
        let reply = try await fixture.call("ModifyReplicationGroup", "ReplicationGroupId=g&ApplyImmediately=true&\(form)")
        #expect(reply.status == 200 && reply.first("Status") == "modifying")
        let group = try #require(fixture.group("g"))
        #expect(group.transitEncryption == mode && group.transitChange?.former == former && group.transitChange?.isUnderWay == true)
        #expect(group.transitChange?.standingIsEncrypted == (former == nil ? false : standing))
        #expect(reply.text.contains("<TransitEncryptionEnabled>\(former != nil)</TransitEncryptionEnabled>"), "the former way is told")
        let pending = reply.text.components(separatedBy: "PendingModifiedValues>")[1]
        #expect(pending.contains("<TransitEncryptionEnabled>\(mode != nil)</TransitEncryptionEnabled>"))
        #expect(pending.contains("<TransitEncryptionMode>") == (mode != nil))
    }

    @Test func whatIsNotToBeAtOnceWaits() async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", "")
        let reply = try await fixture.call("ModifyReplicationGroup", "ReplicationGroupId=g&\(Self.preferred)")
        #expect(reply.first("Status") == "available" && fixture.group("g")?.transitEncryption == nil)
        #expect(fixture.group("g")?.pending?.transitEncryption == PendingTransitEncryption(mode: .preferred))
        try await fixture.call("ModifyReplicationGroup", "ReplicationGroupId=g&TransitEncryptionEnabled=false").expectSuccess()
        #expect(fixture.group("g")?.pending == nil, "what it is already takes the wish back")
        try await fixture.call("ModifyReplicationGroup", "ReplicationGroupId=g&\(Self.preferred)").expectSuccess()
        try await fixture.call("ModifyReplicationGroup", "ReplicationGroupId=g&ApplyImmediately=true&AutoMinorVersionUpgrade=false")
            .expectSuccess()
        #expect(fixture.group("g")?.transitEncryption == .preferred && fixture.group("g")?.pending == nil)
    }

    @Test func aBuildWithoutTLSIsNamed() async throws {
        let fixture = try await Fixture(builds: [EngineBuild.sample(.redis, "7.0.15", servesTLS: false)])
        try await fixture.available("g", "EngineVersion=7.0")
        let reply = try await fixture.call("ModifyReplicationGroup", "ReplicationGroupId=g&ApplyImmediately=true&\(Self.preferred)")
        #expect(reply.code == "InsufficientCacheClusterCapacity" && reply.message.contains("without TLS"))
        #expect(fixture.group("g")?.transitChange == nil && fixture.group("g")?.status == .available)
    }

    @Test func howNodesAreSpokenToWhileTheyChange() async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", "")
        var group = try #require(fixture.group("g"))
        let (clear, outer) = (WayIn(port: 6379, isEncrypted: false), WayIn(port: 6379, isEncrypted: true))
        let inner = WayIn(port: 18_379, isEncrypted: true)
        #expect(group.waysIn == [clear])
        group.changeTransitEncryption(to: .preferred)
        #expect(group.waysIn == [inner, clear])
        group.changeTransitEncryption(to: .required)
        #expect(group.waysIn == [inner, outer])
        group.endChange()
        #expect(group.waysIn == [outer, inner])
        group.changeTransitEncryption(to: .preferred)
        #expect(group.waysIn == [inner, outer])
        group.changeTransitEncryption(to: nil)
        #expect(group.waysIn == [inner, clear] && group.transitChange?.standingIsEncrypted == true)
    }
}
