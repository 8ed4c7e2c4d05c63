import AWSProtocol

/// What a request wants to change, without its secrets.
struct RequestedChange {
    private static let cut = "***"
    /// Bytes of a value that are kept, and of all names and values together.
    private static let longestValue = 1024
    private static let longest = 32 << 10
    /// Parameters that only sound as if they held a secret.
    private static let harmless: Set<String> = ["AuthTokenUpdateStrategy", "NoPasswordRequired"]

    let action: String
    private(set) var parameters: [String: String] = [:]

    /// Nil for a request that only looks.
    init?(_ request: QueryParameters) {
        guard let action = request["Action"], !["Describe", "List"].contains(where: { action.hasPrefix($0) }) else { return nil }
        self.action = Self.shortened(action)
        var length = 0
        for name in request.names where name != "Action" && name != "Version" && !name.hasPrefix("X-Amz-") {
            guard let value = request[name] else { continue }
            let kept = Self.kept(name, value)
            length += name.utf8.count + kept.utf8.count
            guard length <= Self.longest else {
                parameters["..."] = "more than \(Self.longest) bytes"
                return
            }
            parameters[name] = kept
        }
    }

    private static func kept(_ name: String, _ value: String) -> String {
        let parts = name.split(separator: ".")
        if parts.contains(where: isSecret) { return cut }
        return shortened(parts.contains("AccessString") || parts.contains("AppendAccessString") ? withoutPasswords(value) : value)
    }

    /// Also of names that no operation has: a secret may stand under a name that was misspelt.
    private static func isSecret(_ name: Substring) -> Bool {
        let lower = name.lowercased()
        return !harmless.contains(String(name)) && ["password", "token", "secret"].contains { lower.contains($0) }
    }

    /// An access string may name passwords and their hashes, with a sign before them.
    private static func withoutPasswords(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).map { word in
            // It may stand in a selector.
            let sign = word.first { $0 != "(" }
            return sign.map { ">#<!".contains($0) } == true ? "\(word.prefix { $0 == "(" })\(sign ?? " ")\(cut)" : String(word)
        }.joined(separator: " ")
    }

    /// What is kept of a long value.
    static func shortened(_ text: String) -> String {
        text.utf8.count <= longestValue ? text : String(decoding: text.utf8.prefix(longestValue), as: UTF8.self) + "..."
    }
}
