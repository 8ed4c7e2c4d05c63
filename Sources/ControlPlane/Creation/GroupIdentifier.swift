import AWSProtocol
import CacheModel

/// `ReplicationGroupId` and `ReplicationGroupDescription`.
enum GroupIdentifier {
    private static let longestDescription = 255

    /// The id in lower case.
    static func check(_ text: String) throws -> String {
        do {
            return try Identifier.normalized(text, limit: Identifier.Limit.replicationGroup)
        } catch {
            switch error {
            case .empty:
                throw ServiceFault.missing("ReplicationGroupId")
            case .tooLong(let limit):
                throw ServiceFault.value("Replication Group ID cannot be longer than \(limit) characters. (ReplicationGroupId)")
            case .malformed:
                throw ServiceFault.value(
                    "The parameter ReplicationGroupId is not a valid identifier. Identifiers must begin with a letter; must contain only "
                        + "ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens.")
            }
        }
    }

    /// A blank description comes back as a single space, as the real service has it.
    static func description(_ text: String) throws -> String {
        guard text.count <= longestDescription else {
            throw ServiceFault.value("The parameter ReplicationGroupDescription must not be longer than \(longestDescription) characters.")
        }
        return text.allSatisfy(\.isWhitespace) ? " " : text
    }
}
