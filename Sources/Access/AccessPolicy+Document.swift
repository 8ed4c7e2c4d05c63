package import Foundation
import SecretFiles

/// The JSON form: `{"Statement": [{"Effect": "Allow", "Action": "elasticache:*", "Resource": "*"}]}`.
extension AccessPolicy {
    /// Reads a document. Throws a `PolicyMistake`.
    package init(json: Data) throws(PolicyMistake) {
        do {
            self = try JSONDecoder().decode(AccessPolicy.self, from: json)
        } catch let mistake as PolicyMistake {
            throw mistake
        } catch {
            throw PolicyMistake(JSONMistake.sentence(error))
        }
    }

    fileprivate struct Name: CodingKey {
        let stringValue: String
        let intValue: Int? = nil

        init(stringValue: String) { self.stringValue = stringValue }

        init?(intValue: Int) { nil }
    }

    package init(from decoder: any Decoder) throws {
        let document = try Self.container(of: decoder, allowed: ["Version", "Id", "Statement"])
        statements = try Self.list(Statement.self, document, "Statement")
    }

    package func encode(to encoder: any Encoder) throws {
        var document = encoder.container(keyedBy: Name.self)
        try document.encode("2012-10-17", forKey: Name(stringValue: "Version"))
        try document.encode(statements, forKey: Name(stringValue: "Statement"))
    }

    /// Refuses what it does not know.
    fileprivate static func container(of decoder: any Decoder, allowed: Set<String>) throws -> KeyedDecodingContainer<Name> {
        let container = try decoder.container(keyedBy: Name.self)
        if let unknown = container.allKeys.first(where: { !allowed.contains($0.stringValue) }) {
            throw PolicyMistake(
                "'\(unknown.stringValue)' is not supported in a policy: this part may have \(allowed.sorted().joined(separator: ", "))")
        }
        return container
    }

    /// One thing is a list of one.
    fileprivate static func list<Item: Decodable>(
        _ type: Item.Type, _ container: KeyedDecodingContainer<Name>, _ name: String
    ) throws -> [Item] {
        let key = Name(stringValue: name)
        guard container.contains(key) else { throw PolicyMistake("'\(name)' is missing in a policy") }
        guard var items = try? container.nestedUnkeyedContainer(forKey: key) else { return [try container.decode(Item.self, forKey: key)] }
        var list: [Item] = []
        while !items.isAtEnd { list.append(try items.decode(Item.self)) }
        return list
    }
}

extension AccessPolicy.Statement: Codable {
    package init(from decoder: any Decoder) throws {
        let statement = try AccessPolicy.container(of: decoder, allowed: ["Sid", "Effect", "Action", "Resource"])
        let effects = try AccessPolicy.list(String.self, statement, "Effect")
        guard effects.count == 1, let effect = AccessPolicy.Effect(rawValue: effects[0]) else {
            throw PolicyMistake("'Effect' must be Allow or Deny")
        }
        let actions = try AccessPolicy.list(String.self, statement, "Action")
        let resources = try AccessPolicy.list(String.self, statement, "Resource")
        self.init(effect: effect, actions: actions, resources: resources)
        // What could never match would make a denial one in name only.
        guard !actions.isEmpty, !resources.isEmpty else {
            throw PolicyMistake("'\(actions.isEmpty ? "Action" : "Resource")' names nothing")
        }
        for action in actions
        where action != "*" && !["elasticache:", "elastane:"].contains(where: { action.lowercased().hasPrefix($0) }) {
            throw PolicyMistake("'Action' names \(action): it must be like elasticache:Describe*, or *")
        }
        for resource in resources where resource != "*" && !resource.hasPrefix("arn:") {
            throw PolicyMistake("'Resource' names \(resource): it must be like arn:aws:elasticache:*:*:replicationgroup:orders-*, or *")
        }
        for resource in resources where resource.contains("${") {
            throw PolicyMistake("'Resource' names \(resource): variables are not supported in a policy")
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var statement = encoder.container(keyedBy: StatementKey.self)
        try statement.encode(effect, forKey: .effect)
        try statement.encode(actions, forKey: .action)
        try statement.encode(resources, forKey: .resource)
    }

    private enum StatementKey: String, CodingKey {
        case effect = "Effect"
        case action = "Action"
        case resource = "Resource"
    }
}

/// What is wrong with a policy, in a sentence without its full stop.
package struct PolicyMistake: Error, CustomStringConvertible, Equatable {
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
