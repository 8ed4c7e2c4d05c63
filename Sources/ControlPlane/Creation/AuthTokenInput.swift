import AWSProtocol
import CacheModel
import ElastiCacheAPI
import Foundation

/// `AuthToken` and `AuthTokenUpdateStrategy`. No text repeats a token.
enum AuthTokenInput {
    private static let length = 16...128
    /// Beside letters and digits, of a new group.
    private static let signs: Set<Character> = ["!", "&", "#", "$", "^", "<", ">", "-"]
    /// Of a group that stands any other will do.
    private static let forbidden: Set<Character> = ["/", "\"", "@", "%"]

    static func check(_ token: String) throws {
        let isPlain = token.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) || signs.contains($0) }
        guard length.contains(token.count), isPlain else {
            throw ServiceFault.value(
                "Invalid AuthToken provided. It must have 16 to 128 letters, digits and signs of ! & # $ ^ < > - (AuthToken)")
        }
    }

    private static func checkChange(_ token: String) throws {
        let isPrintable = token.utf8.allSatisfy { (0x21...0x7E).contains($0) } && !token.contains(where: forbidden.contains)
        guard length.contains(token.utf8.count), isPrintable else {
            throw ServiceFault.value(
                "Invalid AuthToken provided. It must have 16 to 128 printable ASCII characters other than / \" @ % and spaces. (AuthToken)")
        }
    }

    /// Records which tokens count from now on, and that the group is modifying until its nodes know of it. At once, whatever
    /// ApplyImmediately says: a token that is to count no more should not for another week.
    static func change(_ group: inout ReplicationGroup, _ input: API.ModifyReplicationGroupMessage, at date: Date) throws {
        if input.authTokenUpdateStrategy == .delete {
            // It is the way from tokens to user groups.
            throw ServiceFault.value("Auth token update strategy delete is not supported currently (AuthTokenUpdateStrategy)")
        }
        guard let token = input.authToken else {
            guard input.authTokenUpdateStrategy == nil else {
                throw ServiceFault.combination("The parameter AuthTokenUpdateStrategy requires AuthToken.")
            }
            return
        }
        try checkChange(token)
        guard group.isEncryptedInTransit else {
            throw ServiceFault.combination("The parameter AuthToken requires TransitEncryptionEnabled to be true.")
        }
        guard group.transitEncryption == .required, group.pending?.transitEncryption == nil else {
            throw ServiceFault.combination(
                "Transit encryption preferred is not supported with redis access control. (AuthToken, TransitEncryptionMode)")
        }
        guard let version = EngineVersion(group.fullEngineVersion), version.supportsTokenChange else {
            throw ServiceFault.combination(
                "The parameter AuthToken can not be modified with EngineVersion \(group.engineVersion): it needs 5.0.6 or later.")
        }
        let hash = Secret.sha256(token)
        switch input.authTokenUpdateStrategy ?? .rotate {
        case .set: group.authTokens = AuthTokens(hash, at: date)
        case .rotate, .delete:
            if group.authTokens == nil {
                group.authTokens = AuthTokens(hash, isOptional: true, at: date)
            } else {
                group.authTokens?.rotate(to: hash, at: date)
            }
        }
        group.authTokenChange = input.authTokenUpdateStrategy == .set ? .setting : .rotating
        group.beginChange(at: date)
    }
}
