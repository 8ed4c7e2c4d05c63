import CacheModel
import Testing

@testable import ControlPlane

/// `NotificationTopicArn` and `NotificationTopicStatus`: recorded, and shown with every cluster.
@Suite struct NotificationTopicTests {
    private static let topic = "arn:aws:sns:us-east-1:000000000000:topic"
    private static let other = "arn:aws:sns:us-east-1:000000000000:other_topic-2"

    private static func told() async throws -> Fixture {
        let fixture = try await Fixture()
        try await fixture.available("g", "NumCacheClusters=2&NotificationTopicArn=\(topic.escaped)")
        return fixture
    }

    private static func shown(_ fixture: Fixture) async throws -> [[String]] {
        let reply = try await fixture.call("DescribeCacheClusters")
        return zip(reply.all("TopicArn"), reply.all("TopicStatus")).map { [$0, $1] }
    }

    @Test func aNewOneIsActive() async throws {
        let fixture = try await Self.told()
        #expect(try await Self.shown(fixture) == [[Self.topic, "active"], [Self.topic, "active"]])
        #expect(fixture.group("g")?.notificationTopic == NotificationTopic(arn: Self.topic))
    }

    @Test func withoutOneNothingIsShown() async throws {
        let fixture = try await Fixture()
        try await fixture.available("g")
        #expect(try await !fixture.call("DescribeCacheClusters").has("NotificationConfiguration"))
    }

    @Test(arguments: [
        ("NotificationTopicStatus=inactive", topic, "inactive"), ("NotificationTopicStatus=active", topic, "active"),
        ("NotificationTopicArn=\(other.escaped)", other, "active"),
        ("NotificationTopicArn=\(other.escaped)&NotificationTopicStatus=inactive", other, "inactive"),
    ])
    func changes(form: String, arn: String, status: String) async throws {
        let fixture = try await Self.told()
        let reply = try await fixture.call("ModifyReplicationGroup", "ReplicationGroupId=g&\(form)")
        #expect(reply.first("Status") == "available", "\(reply.text)")
        #expect(try await Self.shown(fixture) == [[arn, status], [arn, status]])
    }

    @Test func anotherTopicIsActiveAgain() async throws {
        let fixture = try await Self.told()
        try await fixture.call("ModifyReplicationGroup", "ReplicationGroupId=g&NotificationTopicStatus=inactive").expectSuccess()
        try await fixture.call("ModifyReplicationGroup", "ReplicationGroupId=g&NotificationTopicArn=\(Self.other.escaped)").expectSuccess()
        #expect(fixture.group("g")?.notificationTopic == NotificationTopic(arn: Self.other))
    }
}
