import AWSProtocol
import CacheModel

/// `AccessString` and `AppendAccessString`, as far as can be told without an engine.
enum AccessStringInput {
    static func parse(_ text: String) throws -> AccessString {
        try faulting("AccessString") { () throws(AccessString.Failure) in try AccessString(parsing: text) }
    }

    static func append(_ text: String, to access: AccessString) throws -> AccessString {
        try faulting("AppendAccessString") { () throws(AccessString.Failure) in try access.appending(text) }
    }

    private static func faulting(_ parameter: String, _ body: () throws(AccessString.Failure) -> AccessString) throws -> AccessString {
        do {
            return try body()
        } catch {
            throw switch error {
            case .empty: ServiceFault.missing(parameter)
            case .tooLong(let limit): ServiceFault.value("The parameter \(parameter) must not be longer than \(limit) characters.")
            case .control: ServiceFault.value("The parameter \(parameter) must not contain control characters.")
            case .joined:
                ServiceFault.value(
                    "The parameter \(parameter) must not join a character of ASCII with another, such as a parenthesis with an accent.")
            case .unmatched(let selector):
                ServiceFault.value("Unmatched parenthesis in acl selector starting at '\(selector.prefix(300))'. (\(parameter))")
            case .reserved(let rule):
                // It may be a password.
                ServiceFault.value(
                    "The parameter \(parameter) must not contain \(rule.first.map { "><#!".contains($0) } == true ? "passwords" : rule): "
                        + "how a user comes in is said by Passwords, NoPasswordRequired or AuthenticationMode.")
            }
        }
    }
}
