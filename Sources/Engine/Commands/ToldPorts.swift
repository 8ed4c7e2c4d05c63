/// The ports of a node as another tells them to clients: `CLUSTER SHARDS`.
///
/// Source: https://valkey.io/commands/cluster-shards
package struct ToldPorts: Sendable, Equatable {
    package static let question = ["CLUSTER", "SHARDS"]

    /// The node's id.
    package let id: String
    /// For clients that don't encrypt; nil where there is none, or none is known yet.
    package let clear: Int?
    /// For those that do.
    package let encrypted: Int?

    /// Of all nodes in the answer.
    package static func all(in answer: RESPValue) -> [ToldPorts] {
        (answer.elements ?? []).flatMap { shard -> [ToldPorts] in
            (fields(of: shard)["nodes"]?.elements ?? []).compactMap { node in
                let told = fields(of: node)
                guard let id = told["id"]?.text else { return nil }
                return ToldPorts(
                    id: id, clear: told["port"]?.integer.map { Int($0) }, encrypted: told["tls-port"]?.integer.map { Int($0) })
            }
        }
    }

    private static func fields(of value: RESPValue) -> [String: RESPValue] {
        let elements = value.elements ?? []
        return stride(from: 0, to: elements.count - 1, by: 2).reduce(into: [:]) { fields, place in
            if let name = elements[place].text { fields[name] = elements[place + 1] }
        }
    }
}
