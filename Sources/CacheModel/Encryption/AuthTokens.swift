#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// The tokens that a group's users come in with. The tokens themselves are nowhere.
package struct AuthTokens: Codable, Sendable, Equatable {
    /// SHA-256, 64 lower-case hexadecimal digits each: one, or two while they are rotated. The newest first.
    package private(set) var hashes: [String]
    /// Whether users come in without a token, too: the first was added by a rotation, so that clients can learn of it one by one.
    package private(set) var isOptional: Bool
    package private(set) var modified: Date

    package init(_ hash: String, isOptional: Bool = false, at date: Date) {
        self.hashes = [hash]
        self.isOptional = isOptional
        self.modified = date
    }

    /// The new token counts besides the newest of those before it. What is older counts no more: a second token, or none at all.
    package mutating func rotate(to hash: String, at date: Date) {
        if hash != hashes.first {
            hashes = [hash] + hashes.prefix(1)
            isOptional = false
        }
        modified = date
    }
}

/// What a group's tokens are modified by, until all of its nodes that answer know of it.
package enum AuthTokenChange: String, Codable, Sendable {
    case rotating = "ROTATING"
    case setting = "SETTING"
}
