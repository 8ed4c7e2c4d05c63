import CacheModel
import Testing

@testable import ControlPlane

@Suite struct DeleteReplicationGroupTests {
    @Test(arguments: [GroupStatus.available, .createFailed])
    func answersDeleting(status: GroupStatus) async throws {
        let fixture = try await Fixture()
        try await fixture.create("g", "NumCacheClusters=2")
        try await fixture.set("g", status)
        let reply = try await fixture.call("DeleteReplicationGroup", "ReplicationGroupId=G")
        #expect(reply.status == 200 && reply.first("Status") == "deleting" && !reply.has("MemberClusters") && !reply.has("NodeGroups"))
        #expect(fixture.group("g")?.status == .deleting)
        #expect(fixture.world.read { $0.addresses.count } == 4, "nothing is given back before it is gone")
    }

    @Test(arguments: [
        (GroupStatus.creating, "Cache cluster g-002 is not in a valid state to be deleted."),
        (.deleting, "Replication group g has status deleting which is not valid for deletion."),
        (.modifying, "Replication group g has status modifying which is not valid for deletion."),
    ])
    func refusesInPassingStates(status: GroupStatus, message: String) async throws {
        let fixture = try await Fixture()
        try await fixture.create("g", "NumCacheClusters=2")
        try await fixture.set("g", status)
        let before = try await fixture.records()
        let reply = try await fixture.call("DeleteReplicationGroup", "ReplicationGroupId=g")
        #expect(reply.code == "InvalidReplicationGroupState" && reply.message == message)
        #expect(try await fixture.records() == before)
    }

    @Test func keepsThePrimaryIfAsked() async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", "NumCacheClusters=2")
        try await fixture.call("DeleteReplicationGroup", "ReplicationGroupId=g&RetainPrimaryCluster=true").expectSuccess()
        #expect(fixture.group("g")?.retainsPrimary == true)
        // It never shows as being deleted.
        #expect(try await fixture.call("DescribeCacheClusters").all("CacheClusterStatus") == ["modifying", "deleting"])
    }

    @Test(arguments: [
        ("RetainPrimaryCluster=true&FinalSnapshotIdentifier=s", "", "InvalidParameterCombination", "RetainPrimaryCluster"),
        ("RetainPrimaryCluster=true", "NumNodeGroups=2", "InvalidParameterCombination", "RetainPrimaryCluster"),
        ("FinalSnapshotIdentifier=s", "", "InvalidParameterValue", "FinalSnapshotIdentifier is not supported yet"),
        ("RetainPrimaryCluster=perhaps", "", "InvalidParameterValue", "RetainPrimaryCluster"),
    ])
    func refuses(form: String, group: String, code: String, text: String) async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", group)
        let reply = try await fixture.call("DeleteReplicationGroup", "ReplicationGroupId=g&\(form)")
        #expect(reply.code == code && reply.message.contains(text), "\(reply.text)")
        #expect(fixture.group("g")?.status == .available)
    }

    @Test func aFailedCreationHasNoPrimaryToKeep() async throws {
        let fixture = try await Fixture()
        try await fixture.create()
        try await fixture.set("g", .createFailed)
        let reply = try await fixture.call("DeleteReplicationGroup", "ReplicationGroupId=g&RetainPrimaryCluster=true")
        #expect(reply.code == "InvalidReplicationGroupState" && fixture.group("g")?.status == .createFailed)
    }

    @Test func whatIsNotThereCantBeDeleted() async throws {
        let fixture = try await Fixture()
        let reply = try await fixture.call("DeleteReplicationGroup", "ReplicationGroupId=g")
        #expect(reply.status == 404 && reply.code == "ReplicationGroupNotFoundFault")
        #expect(try await fixture.call("DeleteReplicationGroup").message.contains("ReplicationGroupId must be provided"))
    }
}

extension Reply {
    func expectSuccess() { #expect(status == 200, "\(text)") }
}
