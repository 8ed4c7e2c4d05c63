import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// `Passwords`, `NoPasswordRequired` and `AuthenticationMode`: how a user shows who it is. No text repeats a password.
struct LoginInput {
    private static let lengths = 16...128
    private static let forbidden: Set<Character> = [",", "\"", "/", "@"]

    /// Nil if nothing is said.
    let login: UserLogin?

    init(passwords: [String]?, noPasswordRequired: Bool?, mode: API.AuthenticationMode?) throws {
        let passwords = passwords.flatMap { $0.isEmpty ? nil : $0 }
        if let mode {
            guard passwords == nil, noPasswordRequired == nil else {
                throw ServiceFault.combination(
                    "The parameter AuthenticationMode can not be used together with Passwords and NoPasswordRequired.")
            }
            login = try Self.login(of: mode)
        } else if noPasswordRequired == true {
            guard passwords == nil else {
                throw ServiceFault.combination("The parameters Passwords and NoPasswordRequired can not be used together.")
            }
            login = .open
        } else {
            login = try passwords.map { try Self.hashed($0, "Passwords") }
        }
    }

    private static func login(of mode: API.AuthenticationMode) throws -> UserLogin {
        let passwords = mode.passwords.flatMap { $0.isEmpty ? nil : $0 }
        guard let type = mode.type else { throw ServiceFault.missing("AuthenticationMode.Type") }
        if type == .password {
            guard let passwords else { throw ServiceFault.missing("AuthenticationMode.Passwords") }
            return try hashed(passwords, "AuthenticationMode.Passwords")
        }
        guard passwords == nil else {
            throw ServiceFault.combination(
                "The parameter AuthenticationMode.Passwords can not be used with the authentication type \(type.rawValue).")
        }
        return type == .iam ? .iam : .open
    }

    private static func hashed(_ passwords: [String], _ parameter: String) throws -> UserLogin {
        guard passwords.count <= 2 else {
            throw ServiceFault.value("The parameter \(parameter) may have two passwords at most. It has \(passwords.count).")
        }
        for password in passwords {
            guard lengths.contains(password.count) else {
                throw ServiceFault.value("Passwords length must be between 16-128 characters. (\(parameter))")
            }
            guard !password.contains(where: forbidden.contains),
                !password.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F })
            else {
                throw ServiceFault.value("The parameter \(parameter) must not contain , \" / @ or control characters.")
            }
        }
        var hashes = passwords.map(Secret.sha256)
        if hashes.count == 2, hashes[0] == hashes[1] { hashes.removeLast() }
        return .passwords(sha256: hashes)
    }

    /// A token names its user by the id.
    static func check(_ user: User) throws {
        guard user.login != .iam || user.userName.lowercased() == user.name else {
            throw ServiceFault.combination("User Id and User name must be same for authentication type: iam (UserId, UserName)")
        }
    }
}
