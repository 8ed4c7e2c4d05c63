import Crypto
package import Foundation

extension AccessKey {
    /// A key with a random id and secret, of the form that AWS's have.
    package static func random(account: String, user: String, policy: AccessPolicy?, now: Date) -> AccessKey {
        AccessKey(
            id: "AKIA" + text(16, of: "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"),
            secret: text(40, of: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"), account: account, user: user,
            created: now,
            policy: policy)
    }

    /// The alphabet has a power of two of characters, so that each is as likely.
    private static func text(_ count: Int, of alphabet: String) -> String {
        let characters = Array(alphabet)
        return SymmetricKey(size: SymmetricKeySize(bitCount: count * 8)).withUnsafeBytes { random in
            String(random.map { characters[Int($0) % characters.count] })
        }
    }
}
