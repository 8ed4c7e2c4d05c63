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
        if input.authTokenUpdateStrategy == .delete { return try delete(&group, input) }
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
        let comesFromUserGroups = !group.wantedUserGroups.isEmpty
        guard !comesFromUserGroups || input.removeUserGroups == true else {
            throw ServiceFault.combination(
                "Auth tokens can't be enabled with a user group already associated. Pass RemoveUserGroups to proceed. (AuthToken)")
        }
        guard input.userGroupIdsToAdd?.isEmpty ?? true else {
            throw ServiceFault.combination("The parameters AuthToken and UserGroupIdsToAdd can not be used together.")
        }
        let hash = Secret.sha256(token)
        switch input.authTokenUpdateStrategy ?? .rotate {
        case .set: group.authTokens = AuthTokens(hash, at: date)
        case .rotate, .delete:
            if group.authTokens == nil {
                // Where users had to show who they are, nobody comes in without a token.
                group.authTokens = AuthTokens(hash, isOptional: !comesFromUserGroups, at: date)
            } else {
                group.authTokens?.rotate(to: hash, at: date)
            }
        }
        group.authTokenChange = input.authTokenUpdateStrategy == .set ? .setting : .rotating
        group.accessRevision = (group.accessRevision ?? 0) + 1
        group.beginChange(at: date)
    }

    /// The way from tokens to a user group: one request, so that the group is open at no moment.
    private static func delete(_ group: inout ReplicationGroup, _ input: API.ModifyReplicationGroupMessage) throws {
        guard group.authTokens != nil, input.userGroupIdsToAdd?.isEmpty == false else {
            throw ServiceFault.value("Auth token update strategy delete is not supported currently (AuthTokenUpdateStrategy)")
        }
        group.authTokens = nil
    }
}
