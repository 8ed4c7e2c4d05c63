/// The parameters of versions of Memcached that share them.
package struct MemcachedFamily: Sendable, Equatable {
    /// `memcached1.6`
    package let name: String
    /// Name to default value, of all versions of the family.
    package let defaults: [String: String]

    package static let memcached14 = MemcachedFamily(name: "memcached1.4", defaults: parse(parameters14))
    package static let memcached15 = MemcachedFamily(name: "memcached1.5", defaults: parse(parameters14 + "\n" + added15))
    package static let memcached16 = MemcachedFamily(name: "memcached1.6", defaults: parse(parameters14 + "\n" + added15))

    package static let all = [memcached14, memcached15, memcached16]

    /// The group that every account has.
    package var defaultGroup: String { "default.\(name)" }

    /// The family of a default group, by the group's name in any case; nil for any other name.
    package static func ofDefaultGroup(_ name: String) -> MemcachedFamily? { all.first { $0.defaultGroup == name.lowercased() } }

    package static func named(_ name: String) -> MemcachedFamily? { all.first { $0.name == name } }

    /// What a node runs with: the family's defaults, what the group changed, and what the node's type decides.
    package func effectiveParameters(changed: [String: String], nodeType: NodeType) -> [String: String] {
        var values = defaults.merging(changed.filter { defaults[$0.key] != nil }) { $1 }
        values["max_cache_memory"] = "\(nodeType.maxmemory >> 20)"
        values["num_threads"] = "\(nodeType.processors)"
        return values
    }

    private static func parse(_ lines: String) -> [String: String] {
        var defaults: [String: String] = [:]
        for line in lines.split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            if words.count == 2 { defaults[words[0]] = words[1] }
        }
        return defaults
    }
}

extension NodeType {
    /// How many threads Memcached is given on this type: the processors of the machine behind it, as its size says.
    package var processors: Int {
        let size = name.split(separator: ".").last.map(String.init) ?? ""
        switch size {
        case "micro", "small": return ["t3", "t4g"].contains(family) ? 2 : 1
        case "medium": return family.hasPrefix("t") ? 2 : 1
        case "large": return 2
        case "xlarge": return family == "m2" ? 2 : family == "c1" ? 8 : 4
        default:
            let factor = Int(size.prefix { $0.isNumber }) ?? 1
            // Of m2 each step has half as many. More than 64 Memcached itself advises against.
            return min(factor * (family == "m2" ? 2 : 4), 64)
        }
    }
}
