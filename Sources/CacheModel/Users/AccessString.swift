/// What a user may do, in the words of the engines' ACLs: `on ~app:* -@all +@read`.
///
/// It is kept as it was given, but for what is missing: whether the user is on, and a first set of commands. Whether an engine takes it
/// only an engine can tell.
package struct AccessString: CodableAsText, Sendable, Hashable {
    package enum Failure: Error, Equatable {
        case empty
        case tooLong(limit: Int)
        /// A rule about passwords, or one that would undo what the service itself decides about users.
        case reserved(String)
        /// A character that ends a line, or none that can be seen.
        case control
        /// A character of ASCII that is one with others to a reader of text, and stands for itself to an engine, which reads bytes.
        case joined
        /// A selector without an end.
        case unmatched(String)
    }

    package static let limit = 10_000

    /// Beside those that begin with `>`, `<`, `#` or `!`, which are about passwords.
    private static let reserved: Set<String> = ["nopass", "resetpass", "reset", "clearselectors", "skip-sanitize-payload"]

    /// One rule each; a selector, `(~tmp:* +get)`, is one.
    package let rules: [String]

    package var description: String { rules.joined(separator: " ") }

    /// Of a record.
    package init?(_ description: String) {
        guard Self.isReadAlike(description) else { return nil }
        rules = Self.parts(description)
    }

    /// Whether characters are told apart here as engines do it. To Swift a parenthesis and the mark that is set on it are one character: what
    /// ends a selector to an engine would not end it here.
    private static func isReadAlike(_ text: String) -> Bool {
        text.allSatisfy { character in
            character.unicodeScalars.count == 1 || character == "\r\n" || !character.unicodeScalars.contains(where: \.isASCII)
        }
    }

    package init(parsing text: String) throws(Failure) {
        guard text.utf8.count <= Self.limit else { throw .tooLong(limit: Self.limit) }
        guard !text.unicodeScalars.contains(where: { $0.value < 0x20 && !$0.properties.isWhitespace || $0.value == 0x7F }) else {
            throw .control
        }
        guard Self.isReadAlike(text) else { throw .joined }
        var parts = Self.parts(text)
        guard !parts.isEmpty else { throw .empty }
        if let open = parts.first(where: { $0.hasPrefix("(") && !$0.hasSuffix(")") }) { throw .unmatched(open) }
        for part in parts.flatMap(Self.inside) {
            if Self.reserved.contains(part.lowercased()) || part.first.map({ "><#!".contains($0) }) == true { throw .reserved(part) }
        }
        if !parts.contains(where: { ["on", "off"].contains($0.lowercased()) }) { parts.insert("off", at: 0) }
        let commands = parts.firstIndex { $0.hasPrefix("+") || $0.hasPrefix("-") || Self.isAllOrNothing($0) }
        if let commands {
            if !Self.isAllOrNothing(parts[commands]) { parts.insert("-@all", at: commands) }
        } else {
            parts.insert("-@all", at: parts.firstIndex { $0.hasPrefix("(") } ?? parts.endIndex)
        }
        rules = parts
    }

    /// With more rules after its own, as `AppendAccessString` has them.
    package func appending(_ text: String) throws(Failure) -> AccessString { try AccessString(parsing: "\(description) \(text)") }

    /// Words, of which those between parentheses are one.
    private static func parts(_ text: String) -> [String] {
        var parts: [String] = []
        var selector: [Substring]?
        for word in text.split(whereSeparator: \.isWhitespace) {
            if selector == nil, !word.hasPrefix("(") {
                parts.append(String(word))
                continue
            }
            let words = (selector ?? []) + [word]
            selector = word.hasSuffix(")") ? nil : words
            if selector == nil { parts.append(words.joined(separator: " ")) }
        }
        if let selector { parts.append(selector.joined(separator: " ")) }
        return parts
    }

    private static func inside(_ part: String) -> [String] {
        guard part.hasPrefix("(") else { return [part] }
        return part.split { "() ".contains($0) }.map(String.init)
    }

    private static func isAllOrNothing(_ rule: String) -> Bool {
        ["+@all", "-@all", "allcommands", "nocommands"].contains(rule.lowercased())
    }
}

extension AccessString {
    /// Everything that a customer's user can have.
    package static let everything = AccessString("on ~* &* +@all") ?? AccessString(rules: [])

    private init(rules: [String]) {
        self.rules = rules
    }

    package var isOn: Bool { rules.last { ["on", "off"].contains($0.lowercased()) }?.lowercased() == "on" }

    /// Whether a user with the other rules has rights that one with these has not: in doubt it has.
    package func takesAway(from other: AccessString) -> Bool {
        if self == other || allowsEverything { return false }
        guard rules.starts(with: other.rules) else { return true }
        return !rules.dropFirst(other.rules.count).allSatisfy(Self.adds)
    }

    private static func adds(_ rule: String) -> Bool {
        rule.first.map { "+~&%(".contains($0) } == true || ["on", "allkeys", "allchannels", "allcommands"].contains(rule.lowercased())
    }

    /// Channels, if nothing is said of them, are the parameter group's matter.
    private var allowsEverything: Bool {
        let rules = rules.map { $0.lowercased() }
        return isOn && rules.allSatisfy(["on", "~*", "allkeys", "&*", "allchannels", "+@all", "allcommands"].contains)
            && (rules.contains("~*") || rules.contains("allkeys")) && (rules.contains("+@all") || rules.contains("allcommands"))
    }
}
