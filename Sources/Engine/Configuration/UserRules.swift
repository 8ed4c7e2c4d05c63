/// The rules of a customer's user as an engine is told them: without what is withheld, in each of their selectors, too.
enum UserRules {
    /// Whether the user is on, and the other rules.
    static func split(_ rules: [String]) -> (flags: [String], rest: [String]) {
        func isFlag(_ rule: String) -> Bool { ["on", "off"].contains(rule.lowercased()) }
        return (rules.last(where: isFlag).map { [$0] } ?? [], rules.filter { !isFlag($0) })
    }

    static func words(_ rules: [String], for build: EngineBuild) -> [String] {
        let root = rules.filter { !$0.hasPrefix("(") }
        let selectors = rules.filter { $0.hasPrefix("(") }.map { selector in
            let inner = selector.dropFirst().dropLast().split(separator: " ").map(String.init)
            return "(\((channels(inner) + WithheldCommands.rules(for: build, after: inner)).joined(separator: " ")))"
        }
        return channels(root) + WithheldCommands.rules(for: build, after: root)
            + selectors.flatMap { $0.split(separator: " ").map(String.init) }
    }

    /// Who names channels is to have those: an engine whose users have all channels from the start would refuse to add one.
    private static func channels(_ rules: [String]) -> [String] {
        func isAbout(_ rule: String) -> Bool {
            rule.hasPrefix("&") || ["allchannels", "resetchannels"].contains(rule.lowercased())
        }
        guard let first = rules.firstIndex(where: isAbout), rules[first].hasPrefix("&"), rules[first] != "&*" else { return rules }
        return rules[..<first] + ["resetchannels"] + rules[first...]
    }
}
