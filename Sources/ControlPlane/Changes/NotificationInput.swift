import AWSProtocol
import CacheModel

/// `NotificationTopicArn` and `NotificationTopicStatus`, of a group or of a lone cluster.
enum NotificationInput {
    /// The topic afterwards. A new one is active unless the request says otherwise.
    static func change(
        _ current: NotificationTopic?, topic: String?, status: String?, _ context: RequestContext
    ) throws -> NotificationTopic? {
        var changed = current
        if let topic { changed = NotificationTopic(arn: try TopicARN.checked(context)(topic)) }
        guard let status else { return changed }
        guard status == "active" || status == "inactive" else {
            throw ServiceFault.value(
                "Invalid value for the parameter NotificationTopicStatus: \(status). Allowed values are active and inactive.")
        }
        if status == "active", changed == nil {
            throw ServiceFault.combination("The parameter NotificationTopicStatus is active, and there is no NotificationTopicArn.")
        }
        changed?.isActive = status == "active"
        return changed
    }
}
