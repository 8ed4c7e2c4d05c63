package import Foundation

/// Who may call the API: a key id with its secret, for one account.
package struct AccessKey: Sendable, Equatable {
    /// Bytes of the shortest secret that is taken.
    package static let shortestSecret = 16

    package let id: String
    /// Signatures are made with it, so that it has to be known in plain. Never logged, told once when it is made.
    package let secret: String
    /// Twelve digits.
    package let account: String
    /// Whose it is, for messages and the audit log.
    package let user: String
    package var isDisabled: Bool
    package let created: Date
    /// Nil: everything is allowed in its account.
    package var policy: AccessPolicy?

    package init(
        id: String, secret: String, account: String, user: String, isDisabled: Bool = false, created: Date, policy: AccessPolicy? = nil
    ) {
        self.id = id
        self.secret = secret
        self.account = account
        self.user = user
        self.isDisabled = isDisabled
        self.created = created
        self.policy = policy
    }

    /// What is wrong with it, without its secret; nil if nothing is.
    package var mistake: String? {
        guard Self.isName(id, upTo: 128) else { return "the id of a key must have 1 to 128 letters, digits, or any of +=.@_-" }
        guard secret.utf8.count >= Self.shortestSecret, secret.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            return "the secret of \(id) must have \(Self.shortestSecret) characters or more, without spaces"
        }
        guard account.utf8.count == 12, account.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            return "the account of \(id) must have 12 digits"
        }
        guard Self.isName(user, upTo: 64) else { return "the user of \(id) must have 1 to 64 letters, digits, or any of +=.@_-" }
        return nil
    }

    /// As IAM's names are, but without the comma, which ends a field of the `Authorization` header.
    private static func isName(_ text: String, upTo limit: Int) -> Bool {
        (1...limit).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "+=.@_-".utf8.contains(byte)
                }
            }
    }
}
