import AWSProtocol
import CacheModel

/// `NotificationTopicArn`: a topic of the caller's own, in the caller's region.
enum TopicARN {
    private static let nameLength = 1...256

    static func checked(_ context: RequestContext) -> (String) throws -> String {
        { arn in
            let parts = arn.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 6, parts[0] == "arn", parts[1] == context.region.partition, parts[2] == "sns", isName(parts[5]) else {
                throw ServiceFault.value(
                    "The parameter NotificationTopicArn must be like \(example(context)). It was \(arn).")
            }
            guard parts[3] == context.region.name else {
                throw ServiceFault.value(
                    "The parameter NotificationTopicArn names a topic in region \(parts[3]). It must be in \(context.region.name).")
            }
            guard parts[4] == context.realm.account else {
                throw ServiceFault.value(
                    "The parameter NotificationTopicArn names a topic of account \(parts[4]). Its owner must be the cluster's, "
                        + "\(context.realm.account).")
            }
            return arn
        }
    }

    private static func example(_ context: RequestContext) -> String {
        "arn:\(context.region.partition):sns:\(context.region.name):\(context.realm.account):my-topic"
    }

    /// The name of a topic whose messages keep their order ends in `.fifo`; ElastiCache does not send to those.
    private static func isName(_ name: Substring) -> Bool {
        nameLength.contains(name.count) && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
    }
}
