import CacheModel
import Foundation
import Testing

@testable import ControlPlane

@Suite struct ListAllowedNodeTypeModificationsTests {
    private static let action = "ListAllowedNodeTypeModifications"

    private static func list(_ reply: Reply, _ name: String) -> [String] { reply.first(name).map { Reply.members($0) } ?? [] }

    @Test(arguments: ["ReplicationGroupId=g", "ReplicationGroupId=G", "CacheClusterId=g-002"])
    func listsBoth(form: String) async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", "CacheNodeType=cache.m5.large&NumCacheClusters=2&AutomaticFailoverEnabled=true")
        let reply = try await fixture.call(Self.action, form)
        let (up, down) = (Self.list(reply, "ScaleUpModifications"), Self.list(reply, "ScaleDownModifications"))
        #expect(up.contains("cache.m5.xlarge") && up.contains("cache.r6g.large") && !up.contains("cache.m5.large"), "\(reply.text)")
        #expect(down.contains("cache.t3.micro") && down.contains("cache.t2.medium") && !down.contains("cache.t1.micro"))
    }

    @Test func ownTypesAreAmongThem() async throws {
        let own = try NodeTypeFile.parse(Data(#"[{"name": "cache.own.big", "memory": 600000000000}]"#.utf8))
        let fixture = try await Fixture(nodeTypes: NodeTypeCatalog.real.adding(own))
        try await fixture.available("g")
        #expect(Self.list(try await fixture.call(Self.action, "ReplicationGroupId=g"), "ScaleUpModifications").contains("cache.own.big"))
        try await fixture.available("h", "CacheNodeType=cache.own.big")
        let reply = try await fixture.call(Self.action, "ReplicationGroupId=h")
        #expect(Self.list(reply, "ScaleUpModifications") == ["cache.r5.24xlarge"])
    }

    @Test func refuses() async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", "NumCacheClusters=2")
        for (form, code, text) in [
            ("", "InvalidParameterCombination", "CacheClusterId, ReplicationGroupId"),
            ("ReplicationGroupId=g&CacheClusterId=g-001", "InvalidParameterCombination", "CacheClusterId, ReplicationGroupId"),
            ("ReplicationGroupId=other", "ReplicationGroupNotFoundFault", "other"),
            ("CacheClusterId=g-009", "CacheClusterNotFound", "g-009"),
        ] { try await fixture.expectRefusal(Self.action, form, code, text) }
        try await fixture.set("g", .modifying)
        for form in ["ReplicationGroupId=g", "CacheClusterId=g-001"] {
            try await fixture.expectRefusal(Self.action, form, "InvalidReplicationGroupState", "available")
        }
    }
}

extension Reply {
    /// The `member` elements of a list's content.
    static func members(_ content: String) -> [String] {
        content.components(separatedBy: "<member>").dropFirst().map { $0.components(separatedBy: "</member>")[0] }
    }
}
