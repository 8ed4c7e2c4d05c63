import Yams

/// A mapping of the file, whose keys are known.
struct Entry {
    let line: Int
    /// For people: `a subnet`.
    private let what: String
    private let values: [String: Node]
    private let lines: [String: Int]

    /// Nil, with the mistake noted, if the node is no mapping. A key that is not among `keys` is a mistake too.
    init?(_ node: Node?, _ what: String, keys: Set<String>, _ problems: inout Problems) {
        line = node?.mark?.line ?? 1
        self.what = what
        guard let mapping = node?.mapping else {
            problems.add("\(what) must have the keys \(keys.sorted().joined(separator: ", "))", at: line)
            return nil
        }
        var values: [String: Node] = [:]
        var lines: [String: Int] = [:]
        for (key, value) in mapping {
            let name = key.scalar?.string ?? ""
            let line = key.mark?.line ?? self.line
            guard keys.contains(name) else {
                problems.add("\(what) has no key \(name): it has \(keys.sorted().joined(separator: ", "))", at: line)
                continue
            }
            // A key without a value is as if it weren't there.
            if value.scalar.map({ $0.style == .plain && ["", "~", "null"].contains($0.string) }) == true { continue }
            values[name] = value
            lines[name] = line
        }
        self.values = values
        self.lines = lines
    }

    func line(of key: String) -> Int { lines[key] ?? line }

    subscript(key: String) -> Node? { values[key] }

    func text(_ key: String, _ problems: inout Problems) -> String? {
        if values[key] == nil { problems.add("\(what) needs \(key)", at: line) }
        return optional(key, &problems)
    }

    func optional(_ key: String, _ problems: inout Problems) -> String? {
        guard let node = values[key] else { return nil }
        guard let text = node.scalar?.string, !text.isEmpty else {
            problems.add("\(key) of \(what) must be a text", at: line(of: key))
            return nil
        }
        return text
    }

    func flag(_ key: String, _ problems: inout Problems) -> Bool {
        guard let node = values[key] else { return false }
        switch node.scalar?.string {
        case "true": return true
        case "false": return false
        default:
            problems.add("\(key) of \(what) must be true or false", at: line(of: key))
            return false
        }
    }

    func list(_ key: String, _ problems: inout Problems) -> [Node] {
        guard let node = values[key] else { return [] }
        guard let sequence = node.sequence else {
            problems.add("\(key) of \(what) must be a list", at: line(of: key))
            return []
        }
        return Array(sequence)
    }
}
