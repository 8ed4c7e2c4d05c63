import AWSProtocol
import CacheModel

/// `SnapshotArns`: objects in S3.
enum ObjectARN {
    static func check(_ arns: [String], _ context: RequestContext) throws {
        for (index, arn) in arns.enumerated() where !isObject(arn, partition: context.region.partition) {
            throw ServiceFault.value(
                "The parameter SnapshotArns.SnapshotArn.\(index + 1) must be like arn:\(context.region.partition):s3:::my_bucket/snapshot1.rdb, "
                    + "without a comma. It was \(arn).")
        }
    }

    private static func isObject(_ arn: String, partition: String) -> Bool {
        let prefix = "arn:\(partition):s3:::"
        guard arn.hasPrefix(prefix), !arn.contains(","), !arn.contains(where: \.isWhitespace) else { return false }
        let words = arn.dropFirst(prefix.count).split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        return words.count == 2 && words.allSatisfy { !$0.isEmpty }
    }
}
