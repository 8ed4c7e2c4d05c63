/// The node types that are offered: the real service's, and what an operator adds to them.
package struct NodeTypeCatalog: Sendable {
    /// Smallest of a family first; the operator's own last.
    package let all: [NodeType]
    private let byName: [String: NodeType]

    /// Of two types with one name the later counts.
    package init(_ types: [NodeType]) {
        byName = Dictionary(types.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        all = types.enumerated().filter { index, type in !types[(index + 1)...].contains { $0.name == type.name } }.map(\.element)
    }

    /// Nil for a name that is none of the node types offered.
    package subscript(name: String) -> NodeType? { byName[name] }

    package func adding(_ own: [NodeType]) -> NodeTypeCatalog { NodeTypeCatalog(all + own) }
}

extension NodeTypeCatalog {
    /// The real service's.
    package static let real = NodeTypeCatalog(parse(nodeTypeTable))

    private static func parse(_ table: String) -> [NodeType] {
        var family: (name: String, generation: NodeType.Generation, minimum: EngineVersion?, features: Set<NodeType.Feature>)?
        var types: [NodeType] = []
        for line in table.split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            if words[0] == "family", words.count == 5, let generation = NodeType.Generation(rawValue: words[2]) {
                let features = words[4].split(separator: ",").compactMap { NodeType.Feature(rawValue: String($0)) }
                family = (words[1], generation, EngineVersion(words[3]), Set(features))
            } else if let family, words.count >= 3, let maxmemory = Int(words[1]), let maxclients = Int(words[2]) {
                types.append(
                    NodeType(
                        name: "cache.\(family.name).\(words[0])", family: family.name, generation: family.generation,
                        maxmemory: maxmemory, maxclients: maxclients,
                        outputBufferLimit: words.count > 3 ? Int(words[3]) ?? 0 : (maxmemory + 5) / 10,
                        minimumRedisVersion: family.minimum, features: family.features
                    )
                )
            }
        }
        return types
    }
}
