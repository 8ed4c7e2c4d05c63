import CacheModel
import Foundation
import Planning
import Testing

@testable import ControlPlane

/// `TransitEncryptionEnabled` of Memcached, from the request to what nodes and the configuration endpoint are started with.
@Suite struct MemcachedEncryptionTests {
    private static let form = "TransitEncryptionEnabled=true&EngineVersion=1.6.12"

    @Test func nodesAreStartedWithCertificatesOfTheirOwn() async throws {
        let fixture = try await Fixture()
        try await fixture.availableMemcached("m", "NumCacheNodes=2&\(Self.form)")
        let told = try await fixture.call("DescribeCacheClusters", "CacheClusterId=m")
        #expect(told.first("TransitEncryptionEnabled") == "true" && told.first("TransitEncryptionMode") == "required")
        let cluster = try #require(fixture.memcached())
        #expect(cluster.nodes.allSatisfy { $0.certificate?.isLoaded == true })
        #expect(Set(cluster.nodes.map(\.certificate?.serial)).count == 2)
        let certificates = try #require(Fixture.certificates)
        for node in cluster.nodes {
            let spec = try #require(fixture.world.read { $0.processes[node.process] }).value
            let words = spec.arguments.joined(separator: " ")
            #expect(words.contains("-Z -o ssl_chain_cert=tls.pem,ssl_key=tls.pem") && !words.contains("PRIVATE"))
            let standing = certificates.standing(
                of: node.certificate, for: cluster.certificateSubject(of: node), isWritten: false, at: fixture.clock.now)
            #expect(standing == .inForce)
        }
        let files = try await fixture.records().filter { $0.key.hasPrefix("process/") }
        for record in files.values {
            let spec = try JSONDecoder().decode(ProcessSpec.self, from: record)
            #expect(spec.files.map(\.name) == ["tls.pem"] && spec.files[0].contents.contains("PRIVATE KEY"))
        }
    }

    @Test func theEndpointShowsOneOfItsOwn() async throws {
        let fixture = try await Fixture()
        try await fixture.availableMemcached("m", Self.form)
        try await fixture.performMemcached([.issueCertificate(member: "m")])
        let cluster = try #require(fixture.memcached())
        #expect(cluster.endpointIdentity?.certificate.contains("PRIVATE KEY") == true)
        #expect(cluster.endpointIdentity?.authorities.contains("PRIVATE KEY") == false)
        let certificates = try #require(Fixture.certificates)
        func standing(_ cluster: MemcachedCluster) -> CertificateStanding? {
            certificates.standing(of: cluster.endpointCertificate, for: cluster.endpointSubject, isWritten: true, at: fixture.clock.now)
        }
        #expect(standing(cluster) == .inForce)
        // It speaks of its address.
        var moved = cluster
        moved.configurationAddress = .localhost
        #expect(standing(moved) == .outdated)
        fixture.clock.advance(300 * 86_400)
        #expect(standing(cluster) == .outdated)
    }

    @Test func aNewOneIsWrittenAndThenLoaded() async throws {
        let fixture = try await Fixture()
        try await fixture.availableMemcached("m", Self.form)
        let before = try #require(fixture.memcached()?.nodes[0])
        try await fixture.performMemcached([.issueCertificate(member: "0001")])
        let issued = try #require(fixture.memcached()?.nodes[0])
        #expect(issued.certificate?.isLoaded == false && issued.certificate?.serial != before.certificate?.serial)
        let spec = try #require(fixture.world.read { $0.processes[issued.process] }).value
        #expect(spec.edition == 1 && spec.incarnation == 1)
        try await fixture.performMemcached([.certificatesLoaded(members: ["0001"])])
        #expect(fixture.memcached()?.nodes[0].certificate?.isLoaded == true)
    }

    @Test(arguments: [
        (
            "TransitEncryptionEnabled=true&EngineVersion=1.6.6", "cache.t3.micro", "InvalidParameterCombination",
            "Encryption features are not supported for engine version 1.6.6. Please use engine version 1.6.12"
        ),
        (
            form, "cache.m1.small", "InvalidParameterCombination",
            "TransitEncryptionEnabled is not supported for CacheNodeType cache.m1.small"
        ),
    ])
    func refusals(_ form: String, _ type: String, _ code: String, _ text: String) async throws {
        let fixture = try await Fixture()
        try await fixture.expectRefusal("CreateCacheCluster", "CacheClusterId=m&Engine=memcached&CacheNodeType=\(type)&\(form)", code, text)
    }

    @Test func aTypeWithoutEncryptionIsNoneForIt() async throws {
        let fixture = try await Fixture()
        try await fixture.availableMemcached("m", Self.form)
        try await fixture.expectRefusal(
            "ModifyCacheCluster", "CacheClusterId=m&CacheNodeType=cache.m1.small", "InvalidParameterCombination",
            "The parameter CacheNodeType can not be cache.m1.small, which does not support TransitEncryptionEnabled")
    }
}
