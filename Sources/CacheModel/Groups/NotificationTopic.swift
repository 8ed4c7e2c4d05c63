/// Where a group's events are to be sent.
package struct NotificationTopic: Codable, Sendable, Equatable {
    package var arn: String
    package var isActive: Bool

    package init(arn: String, isActive: Bool = true) {
        self.arn = arn
        self.isActive = isActive
    }
}
