import CacheModel
import Testing

@testable import ControlPlane

@Suite struct HostsFileTests {
    @Test func namesEveryEndpoint() async throws {
        let fixture = try await Fixture()
        try await fixture.create("nodes", "NumCacheClusters=2")
        try await fixture.create("shards", "NumNodeGroups=2")
        let nodes = try #require(fixture.group("nodes"))
        let shards = try #require(fixture.group("shards"))
        let hash = EndpointNames.hash(account: "000000000000", region: "us-east-1")
        let domain = "use1.cache.amazonaws.com"
        let primary = try #require(nodes.nodeGroups[0].primaryAddress)
        let reader = try #require(nodes.nodeGroups[0].readerAddress)
        let configuration = try #require(shards.configurationAddress)
        let expected = [
            "\(primary) nodes.\(hash).ng.0001.\(domain)", "\(reader) nodes-ro.\(hash).ng.0001.\(domain)",
            "\(nodes.members[0].address) nodes-001.\(hash).0001.\(domain)", "\(nodes.members[1].address) nodes-002.\(hash).0001.\(domain)",
            "\(configuration) shards.\(hash).clustercfg.\(domain)", "\(shards.members[0].address) shards-0001-001.\(hash).0001.\(domain)",
            "\(shards.members[1].address) shards-0002-001.\(hash).0001.\(domain)",
        ]
        #expect(fixture.world.read { HostsFile.text($0) } == expected.joined(separator: "\n") + "\n")
    }

    @Test func withoutGroupsItIsEmpty() async throws {
        #expect(try await Fixture().world.read { HostsFile.text($0) } == "")
    }
}
