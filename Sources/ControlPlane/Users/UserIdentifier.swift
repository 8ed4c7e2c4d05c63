import AWSProtocol
import CacheModel

/// `UserId`, `UserGroupId` and `UserName`.
enum UserIdentifier {
    private static let longestName = 128

    static func user(_ text: String) throws -> String { try checked(text, "UserId", limit: Identifier.Limit.user) }

    static func userGroup(_ text: String) throws -> String { try checked(text, "UserGroupId", limit: Identifier.Limit.userGroup) }

    /// In lower case. Other than of a replication group, hyphens may stand anywhere but first.
    private static func checked(_ text: String, _ parameter: String, limit: Int) throws -> String {
        guard let first = text.utf8.first else { throw ServiceFault.missing(parameter) }
        guard text.count <= limit else {
            throw ServiceFault.value("The parameter \(parameter) is not a valid identifier because it is longer than \(limit) characters.")
        }
        func isLetter(_ byte: UInt8) -> Bool {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
        }
        func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
        guard isLetter(first), text.utf8.allSatisfy({ isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "-") }) else {
            throw ServiceFault.value(
                "The parameter \(parameter) is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII "
                    + "letters, digits, and hyphens.")
        }
        return text.lowercased()
    }

    /// As whom a user comes in, in letters as they are. The service's own users have names that nobody else can have.
    static func name(_ text: String) throws -> String {
        guard !text.isEmpty else { throw ServiceFault.missing("UserName") }
        guard text.utf8.count <= longestName else {
            throw ServiceFault.value("The parameter UserName must not be longer than \(longestName) characters.")
        }
        guard !text.unicodeScalars.contains(where: { $0.properties.isWhitespace || $0.value < 0x20 || $0.value == 0x7F }) else {
            throw ServiceFault.value("The parameter UserName must not contain spaces or control characters.")
        }
        guard text != NodeFiles.administrator, text != NodeFiles.replicator else {
            throw ServiceFault.value("The parameter UserName \(text) is reserved for the service itself.")
        }
        return text
    }

    /// `Engine`, in any case.
    static func engine(_ name: String) throws -> EngineKind {
        guard !name.isEmpty else { throw ServiceFault.missing("Engine") }
        return try EngineChoice.engine(name)
    }
}
