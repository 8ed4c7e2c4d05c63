/// Who a verified request is from.
package struct Principal: Sendable, Equatable {
    package let accessKeyID: String
    package let account: String
    package let user: String
    /// Nil: everything is allowed in its account.
    package let policy: AccessPolicy?

    package init(_ key: AccessKey) {
        accessKeyID = key.id
        account = key.account
        user = key.user
        policy = key.policy
    }

    package func arn(partition: String) -> String { "arn:\(partition):iam::\(account):user/\(user)" }
}
